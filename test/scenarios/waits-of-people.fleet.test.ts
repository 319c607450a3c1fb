/**
 * A person has a rule wait: nothing of it is done for a day, by whatever rule and over whatever happens; or has it act
 * before its time.
 */
import {afterEach, expect, test} from 'vitest'
import {A, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const FIRST = 5_000

interface Next {
  readonly waiting: readonly {
    readonly what: string
    readonly id: string
    readonly ids: readonly string[]
    readonly at: number
    readonly by: string | null
    readonly answers: readonly string[]
    readonly rule_id: string
    readonly torrents: readonly {readonly server_id: string; readonly info_hash: string}[]
  }[]
}

const next = async (what: string) =>
  (await harness.acting.api.get<Next>('/api/activity/next')).waiting.find((it) => it.what === what)

const send = async (what: 'wait' | 'do-now') => {
  const {rule_id: rule, torrents} = (await next('rule'))!
  const [{server_id: server, info_hash: hash}] = torrents as [Next['waiting'][number]['torrents'][number]]
  const url = `/api/torrents/${hash}/${what}?server_id=${encodeURIComponent(server)}`
  return harness.acting.api.send('POST', url, {rule_id: rule})
}

const shown = async (hash: string) =>
  JSON.stringify(await harness.acting.api.get<object>(`/api/torrents/${hash}?server_id=${A}`))

/** Its time is an hour. */
const held = (action: object) => ({
  name: 'Seeded',
  reason: 'seedingDone',
  scope: {categories: ['films']},
  when: {fact: 'ratio', op: 'gte', value: 2},
  hold: {for: 3600},
  do: [action],
})

test('"Wait a day" holds over a restart, against every rule that removes, and ends after a day', async () => {
  harness = await ScenarioHarness.start({servers: [{name: A, torrents: 100}], settled: 0})
  const {hash} = harness.had(A, FIRST, {category: 'films', uploaded: 3e9})
  await harness.rule(held({action: 'removeWithData'}))
  await harness.pass(40 * MINUTE)
  expect(await next('rule')).toMatchObject({answers: ['wait', 'remove']})
  const {status, body} = await send('wait')
  expect([status, body]).toEqual([200, expect.objectContaining({by: expect.any(String)})])
  expect(await next('rule')).toBeUndefined()
  expect(await next('wait')).toMatchObject({at: (body as {until: number}).until, answers: ['go_on']})
  expect(await harness.ruleSays(A, hash, 'Seeded')).toMatch(/^Waits until \S+Z, because .+ said so\.$/)
  await harness.pass(2 * HOUR)
  await harness.acting.crash()
  await harness.acting.rise()
  await harness.pass(10 * HOUR)
  expect(harness.destroyed()).toEqual([])
  expect(await next('wait')).toMatchObject({answers: ['go_on']})
  await harness.pass(14 * HOUR)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${hash}`])
})

test('taken back its rule acts in its time', async () => {
  harness = await ScenarioHarness.start({servers: [{name: A, torrents: 100}], settled: 0})
  const {hash} = harness.had(A, FIRST, {category: 'films', uploaded: 3e9})
  await harness.rule(held({action: 'removeWithData'}))
  await harness.pass(40 * MINUTE)
  await send('wait')
  await harness.pass(2 * HOUR)
  expect(harness.destroyed()).toEqual([])
  const [id] = (await next('wait'))!.ids
  expect((await harness.acting.api.send('POST', `/api/journal/${id}/undo`)).status).toBe(200)
  await harness.pass(10 * MINUTE)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${hash}`])
})

test('"Do it now" has the rule act in its next pass, once', async () => {
  harness = await ScenarioHarness.start({servers: [{name: A, torrents: 100}], settled: 0})
  const {hash} = harness.had(A, FIRST, {category: 'films', uploaded: 3e9})
  await harness.rule(held({action: 'tag', names: ['seeded']}))
  await harness.pass(40 * MINUTE)
  expect(await next('rule')).toMatchObject({answers: ['wait', 'do_now']})
  expect(await send('do-now')).toMatchObject({
    status: 200,
    body: {outcome: expect.stringMatching(/^(due|nothingToDo)$/)},
  })
  await harness.pass(MINUTE)
  expect(await shown(hash)).toContain('"seeded"')
  expect(await next('rule')).toBeUndefined()
  const {stories} = await harness.acting.api.get<{stories: {kind: string}[]}>('/api/activity')
  expect(JSON.stringify(stories)).toContain('doNow')
})

test('a removal is not done before its time by its rule: it is a removal of the person', async () => {
  harness = await ScenarioHarness.start({servers: [{name: A, torrents: 100}], settled: 0})
  harness.had(A, FIRST, {category: 'films', uploaded: 3e9})
  await harness.rule(held({action: 'removeWithData'}))
  await harness.pass(40 * MINUTE)
  expect(await send('do-now')).toMatchObject({status: 422, body: {code: 'not_supported'}})
  await harness.pass(10 * MINUTE)
  expect(harness.destroyed()).toEqual([])
})

test('what a paused rule waits to do does not come until a person reviewed the rule', async () => {
  harness = await ScenarioHarness.start({servers: [{name: A, torrents: 100}], settled: 0})
  for (let at = 0; at < 60; at++) harness.had(A, FIRST + at, {category: 'films', uploaded: 3e9})
  const rule = await harness.rule(held({action: 'removeWithData'}))
  await harness.pass(40 * MINUTE)
  harness.had(A, FIRST + 100, {category: 'films', uploaded: 3e9})
  await harness.pass(10 * MINUTE)
  expect(await next('rule')).toBeDefined()
  await harness.pass(20 * MINUTE)
  expect(await harness.suspended(rule)).not.toBeNull()
  expect(await next('rule')).toBeUndefined()
  await harness.acting.api.send('POST', `/api/rules/${rule}/resume`)
  expect(await harness.suspended(rule)).toBeNull()
  expect(await next('rule')).toMatchObject({rule_id: rule, torrents: [{server_id: A}]})
})
