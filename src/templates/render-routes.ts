import { type RouteDefinition, route } from '../api/route.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import { READ_ERRORS } from '../secrets/secret-reader.ts';
import { renderExample, renderedExample, renderedSchema, renderSchema } from './render-schemas.ts';
import type { RenderService } from './render-service.ts';

export function renderRoutes({ renderer }: { readonly renderer: RenderService }): RouteDefinition[] {
  return [
    route(
      {
        method: 'post',
        path: '/v1/render',
        operationId: 'renderTemplate',
        tag: 'templates',
        summary: 'Render a Go text/template with secrets, or check it without reading any',
        description:
          '`{{ .Secrets.name }}` gives the newest enabled version of a secret with one value, `{{ .Secrets.name.field }}` a field ' +
          'of another; `{{ index .Secrets "folder/name@3" }}` takes every name and version. A secret that is missing is an error, ' +
          'but counts as empty in `if`, `with`, `or`, `default` and the like. Every secret that is looked up is read and recorded as by ' +
          'itself. `template_invalid` comes with `problems`, each with `line` (from 1), `column` (from 0, in bytes) and `message`.',
        body: renderSchema,
        bodyExample: renderExample,
        responses: { 200: { description: 'The output', schema: renderedSchema, example: renderedExample } },
        errors: [...READ_ERRORS, 'template_invalid'],
        governance: { exempt: UNGOVERNED.renderTemplate },
      },
      async ({ actor, body }) => ({
        status: 200,
        body: await (body.check ? renderer.check(actor, body) : renderer.render(actor, body)),
        headers: { 'cache-control': 'no-store' },
      }),
    ),
  ];
}
