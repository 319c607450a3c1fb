import {expect, test} from 'vitest'
import type {RuleId} from '#model/rule.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {MeantByRule} from './previews.ts'
import {asRuleId, presetOf, serviceHarness} from './rules-harness.fixture.ts'
import {RuleRuns} from './runs.ts'

const key = (letter: string) => `anns/${letter.repeat(40)}`
const draft = (more: object = {}) => ({
  rule: {name: 'All', when: {fact: 'complete', op: 'eq', value: true}, do: [{action: 'stop'}], ...more},
})

async function runsHarness() {
  const harness = await serviceHarness()
  const begun: (readonly [id: RuleId, keys: readonly TorrentKey[]])[] = []
  const meant = new Map<RuleId, MeantByRule>()
  const runs = new RuleRuns(
    harness.service,
    {meant: async (_by, {id}) => meant.get(id) ?? {acts: [], unknown: []}},
    async (id, _revision, keys) => {
      begun.push([id, keys])
      return keys.length
    },
  )
  const made = async (more: object = {}) =>
    (await harness.service.create(harness.as('ann'), draft(more), true)).id
  return {...harness, runs, begun, meant, made}
}

const shown = (id: RuleId, count: number, unknown = 0) => ({id, revision: 1, count, unknown})

test('a rule looks at those that were shown, and at those of which it was unknown, and that is written down', async () => {
  const {runs, begun, meant, made, as, entries} = await runsHarness()
  const id = await made({mode: 'live'})
  meant.set(id, {acts: [key('a')], unknown: [key('b')]})
  expect(await runs.run(as('ann'), [shown(id, 1, 1)])).toEqual([{id, torrents: 2}])
  expect(begun.map(([rule, keys]) => [rule, keys.map(({hash}) => hash[0])])).toEqual([[id, ['a', 'b']]])
  expect((await entries()).at(-1)).toMatchObject({
    subject: 'rule',
    verb: 'run',
    name: 'All',
    args: {id, revision: 1, torrents: 2},
  })
})

test('no rule runs where one of them would act on more than was shown', async () => {
  const {runs, begun, meant, made, as} = await runsHarness()
  const [one, other] = [await made({mode: 'live'}), await made({mode: 'live'})]
  meant.set(one, {acts: [key('a')], unknown: []})
  meant.set(other, {acts: [key('a'), key('b')], unknown: []})
  await expect(runs.run(as('ann'), [shown(one, 1), shown(other, 1)])).rejects.toMatchObject({
    code: 'changed_meanwhile',
    about: {ruleId: other, count: 2, unknown: 0},
  })
  expect(begun).toEqual([])
  // What was unknown may be known by now.
  expect(await runs.run(as('ann'), [shown(other, 1, 1)])).toMatchObject([{torrents: 2}])
})

test('a rule that was edited, is off, is paused or is about unclaimed files does not run now', async () => {
  const {runs, made, as, service, suspended, clock} = await runsHarness()
  const [edited, off, paused] = [await made(), await made({mode: 'off'}), await made()]
  await service.replace(as('ann'), edited, draft({name: 'Other'}), {isConfirmed: false, revision: null})
  suspended.set(paused, {ruleId: paused, revision: 1, at: clock.now(), reason: 'maxShare', detail: {}})
  const codes = [edited, off, paused].map((id) =>
    runs.run(as('ann'), [shown(id, 9)]).catch((error: {code: string}) => error.code),
  )
  expect(await Promise.all(codes)).toEqual(['changed_meanwhile', 'not_supported', 'not_supported'])
  const ofPaths = await service.create(
    as('ada'),
    draft({subject: 'path', when: {fact: 'path.size', op: 'gt', value: 1}, do: [{action: 'orphan.recycle'}]}),
    true,
  )
  await expect(runs.run(as('ada'), [shown(ofPaths.id, 9)])).rejects.toMatchObject({code: 'not_supported'})
})

test('S29 whoever may not edit a rule cannot run it, and one of another user is not there', async () => {
  const {runs, made, as, rules} = await runsHarness()
  const id = await made()
  await expect(runs.run(as('bob'), [shown(id, 9)])).rejects.toMatchObject({code: 'rule_unknown'})
  const reader = as('ann', {scopes: ['read', 'control']})
  await expect(runs.run(reader, [shown(id, 9)])).rejects.toMatchObject({code: 'forbidden'})
  rules.follow([presetOf('radarr.stalled')])
  const preset = {...shown(asRuleId('radarr.stalled'), 9), revision: 7}
  await expect(runs.run(as('ann'), [preset])).rejects.toMatchObject({code: 'rule_unknown'})
  expect(await runs.run(as('ada'), [preset])).toEqual([{id: 'radarr.stalled', torrents: 0}])
})
