import { renderEnvExample } from './env-example.ts';

process.stdout.write(renderEnvExample());
