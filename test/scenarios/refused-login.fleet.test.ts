/** A server that takes our password no more, and a rule that would have to know what is on it. */
import {afterEach, expect, test} from 'vitest'
import {A, B, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** Behind the crowd of the servers. */
const FIRST = 5_000
const LOGIN = '/api/v2/auth/login'

const twice = {
  name: 'Also elsewhere',
  scope: {servers: [B], categories: ['films']},
  when: {fact: 'content.onOtherServer', op: 'eq', value: true},
  do: [{action: 'remove'}],
}

test('S30 what is on a server that refuses our password is unknown: two logins in all, and nothing is removed for its sake', async () => {
  harness = await ScenarioHarness.start()
  const film = {hash: 'f'.repeat(40), category: 'films'}
  for (const server of [A, B]) harness.put(server, FIRST, film)
  await harness.pass(32 * MINUTE)
  const {faults, counters} = harness.acting.server(A).server
  const logins = () => counters.figures().requests[LOGIN]!
  const before = logins()
  faults.add({id: 'login', kind: 'status', status: 200, body: 'Fails.', path: 'auth/login'})
  faults.add({kind: 'status', status: 403})
  await harness.pass(MINUTE)
  const {health} = await harness.acting.api.server(A)
  expect(health).toMatchObject({status: 'auth_failed', reason: 'wrong_credentials'})
  await harness.rule(twice)
  await harness.pass(HOUR)
  expect(logins() - before).toBe(2)
  await harness.expectNothingDestructive()
  expect(await harness.journal('origin=rule&origin=system')).toEqual([])
  expect(await harness.ruleSays(B, film.hash, 'Also elsewhere')).toMatch(
    /^Not removed: on another server, too is unknown since \S+Z, .* not online\.$/,
  )
  faults.clear()
  await harness.acting.api.send('POST', `/api/servers/${A}/test`)
  await harness.pass(13 * MINUTE)
  expect(logins() - before).toBe(3)
  expect(harness.destroyed()).toEqual([`${B} remove ${film.hash}`])
  expect(await harness.lines('origin=rule&origin=system')).toEqual(['remove confirmed'])
  await harness.expectWell()
})
