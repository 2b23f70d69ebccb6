export const OUTPUT_FORMATS = ['text', 'env', 'json', 'yaml', 'shell'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
