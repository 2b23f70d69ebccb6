import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import pg from 'pg';
import { SECRET_COLUMNS } from '../../src/secrets/secret-store.ts';

/*
 * What can be reached here with our parts and none of our work: Express answering JSON, with nothing behind it
 * (`/bare/:id`), with one prepared read by primary key (`/one/:id`) and with one prepared page of 100 (`/page`). No
 * authentication, validation, logging or metrics.
 */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const ONE = `select ${SECRET_COLUMNS} from secrets s where s.id = $1`;
const PAGE = `select ${SECRET_COLUMNS} from secrets s where s.organization_id = $1 and (s.name, s.id) > ($2, $3)
  order by s.name, s.id limit 100`;
const ZERO = '00000000-0000-0000-0000-000000000000';

const app = express().disable('x-powered-by').disable('etag');
const { rows } = await pool.query(`select ${SECRET_COLUMNS} from secrets s limit 1`);
const sample = rows[0];

app.get('/bare/:id', (request, response) => {
  response.json({ ...sample, id: request.params.id });
});
app.get('/one/:id', async (request, response) => {
  const found = await pool.query({ name: 'one', text: ONE, values: [request.params.id] });
  response.json(found.rows[0]);
});
app.get('/page', async (request, response) => {
  const { organization, after } = request.query;
  const found = await pool.query({ name: 'page', text: PAGE, values: [organization, after, ZERO] });
  response.json({ items: found.rows });
});

const server = createServer({ keepAliveTimeout: 65_000 }, app);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
