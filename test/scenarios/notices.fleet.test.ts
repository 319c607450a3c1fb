/** What rules tell people. */
import {afterEach, expect, test} from 'vitest'
import {A, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let house: ScenarioHarness
afterEach(() => house.stop())

const reports = (more: object) => ({
  name: 'Tell',
  scope: {categories: ['films']},
  when: {fact: 'complete', op: 'eq', value: true},
  do: [{action: 'notify', template: 'It is here', ...more}],
})

test('a notification is a line in the journal and in the bell, once, and one that would go elsewhere is refused when it is saved', async () => {
  house = await ScenarioHarness.start({servers: [{name: A, torrents: 5}], settled: 0})
  const {hash} = house.put(A, 5_000, {category: 'films'})
  const rule = reports({target: 'phone'})
  const {status, body} = await house.acting.api.send('POST', '/api/rules', {rule, confirm: true})
  expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('in the bell')])
  await house.rule(reports({target: 'log'}))
  await house.pass(30 * MINUTE)
  expect(await house.journal(`info_hash=${hash}`)).toMatchObject([
    {verb: 'notify', phase: 'confirmed', message: 'It is here'},
  ])
  expect(await house.notices()).toEqual([`rule_notifies Tell: It is here: ${A} 5000`])
})
