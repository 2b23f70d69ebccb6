// The client library in Node and in the browser: a project, a secret, its value, a new value, and away with it.
import { Keyferry } from 'keyferry/client';

export async function tryClient({ url, token }) {
  const kf = new Keyferry({ url, token });
  const project = await kf.project('payments'); // made if there is none
  const secret = await project.newSecret('stripe-key', 'sk-first');
  console.log(await secret.value()); // sk-first

  const { changeRequest } = await secret.set('sk-second'); // may wait for approval
  await kf.waitUntilSynced(changeRequest.id); // every copy is proved
  console.log(await secret.value()); // sk-second
  console.log(await secret.value('value', 1)); // sk-first: versions stay

  for await (const { name } of project.secrets()) console.log(name); // stripe-key
  await secret.delete(); // recoverable for 30 days
}
