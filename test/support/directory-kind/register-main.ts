import { addAdapterKind } from '../../../adapters/registry.ts';

/* Preloaded with `node --import`, this adds the kind to a broker that was built without it. */
addAdapterKind('directory', async () => (await import('./adapter-module.ts')).directoryModule);
