/*
 * Preloaded with `NODE_OPTIONS=--import=…` into a process under test: writes down every module that it loads, one address in a
 * line, in the file that MODULE_LOG names.
 */
import { appendFileSync } from 'node:fs';
import Module, { register } from 'node:module';

const file = process.env.MODULE_LOG;

const hooks = `
  import { appendFileSync } from 'node:fs';
  export async function load(url, context, next) {
    appendFileSync(${JSON.stringify(file)}, url + '\\n');
    return next(url, context);
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

// What CommonJS modules require of each other does not pass the hooks.
const compile = Module.prototype._compile;
Module.prototype._compile = function logged(content, name, ...rest) {
  appendFileSync(file, `${name}\n`);
  return compile.call(this, content, name, ...rest);
};
