import {expect, test} from 'vitest'
import type {RuleId, RuleMode} from '#model/rule.ts'
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
  const previews = new Map<string, readonly string[]>()
  const runs = new RuleRuns(
    harness.service,
    {
      meant: async (_by, {id}) => meant.get(id) ?? {acts: [], unknown: []},
      shownTo: (_by, _id, shown) => new Set(previews.get(shown)),
    },
    async ({id}, keys) => {
      begun.push([id, keys])
      return keys.length
    },
  )
  const made = async (more: object = {}) =>
    (await harness.service.create(harness.as('ann'), draft(more), true)).id
  return {...harness, runs, begun, meant, previews, made}
}

const shown = (id: RuleId, mode: RuleMode = 'live') => ({id, revision: 1, mode, shown: 'preview'})

test('a rule looks at those that were shown and are meant still, and that is written down', async () => {
  const {runs, begun, meant, previews, made, as, entries} = await runsHarness()
  const id = await made({mode: 'live'})
  previews.set('preview', [key('a'), key('b'), key('c')])
  // One of them is not meant any more, and another one came since.
  meant.set(id, {acts: [key('a'), key('d')], unknown: [key('b')]})
  expect(await runs.run(as('ann'), [shown(id)])).toEqual([{id, torrents: 2}])
  expect(begun.map(([rule, keys]) => [rule, keys.map(({hash}) => hash[0])])).toEqual([[id, ['a', 'b']]])
  expect((await entries()).at(-1)).toMatchObject({
    subject: 'rule',
    verb: 'run',
    name: 'All',
    args: {id, revision: 1, torrents: 2},
  })
})

test('no rule runs where one of them was not shown lately, or does something else by now', async () => {
  const {service, begun, meant, made, as} = await runsHarness()
  const [one, other] = [await made({mode: 'live'}), await made({mode: 'live'})]
  for (const id of [one, other]) meant.set(id, {acts: [key('a')], unknown: []})
  const shownTo = (_by: unknown, id: RuleId) => (id === one ? new Set([key('a')]) : null)
  const never = async () => 0
  const its = new RuleRuns(service, {meant: async (_by, {id}) => meant.get(id)!, shownTo}, never)
  await expect(its.run(as('ann'), [shown(one), shown(other)])).rejects.toMatchObject({
    code: 'changed_meanwhile',
    about: {ruleId: other},
  })
  await expect(its.run(as('ann'), [shown(one, 'simulate')])).rejects.toMatchObject({
    code: 'changed_meanwhile',
    about: {ruleId: one, mode: 'live'},
  })
  expect(begun).toEqual([])
})

test('a rule that was edited, is off, is paused or is about unclaimed files does not run now', async () => {
  const {runs, made, as, service, suspended, clock} = await runsHarness()
  const live = {mode: 'live'}
  const [edited, off, paused] = [await made(live), await made({mode: 'off'}), await made(live)]
  await service.replace(as('ann'), edited, draft({name: 'Other'}), {isConfirmed: false, revision: null})
  suspended.set(paused, {ruleId: paused, revision: 1, at: clock.now(), reason: 'maxShare', detail: {}})
  const orders = [shown(edited), shown(off, 'off'), shown(paused)]
  const codes = orders.map((order) =>
    runs.run(as('ann'), [order]).catch((error: {code: string}) => error.code),
  )
  expect(await Promise.all(codes)).toEqual(['changed_meanwhile', 'not_supported', 'not_supported'])
  const ofPaths = await service.create(
    as('ada'),
    draft({
      subject: 'path',
      when: {fact: 'path.size', op: 'gt', value: 1},
      do: [{action: 'orphan.recycle'}],
      mode: 'live',
    }),
    true,
  )
  await expect(runs.run(as('ada'), [shown(ofPaths.id)])).rejects.toMatchObject({code: 'not_supported'})
})

test('S29 a user who may not edit a rule cannot run it, and one of another user is not there', async () => {
  const {runs, made, as, rules} = await runsHarness()
  const id = await made()
  await expect(runs.run(as('bob'), [shown(id)])).rejects.toMatchObject({code: 'rule_unknown'})
  const reader = as('ann', {scopes: ['read', 'control']})
  await expect(runs.run(reader, [shown(id)])).rejects.toMatchObject({code: 'forbidden'})
  rules.follow([presetOf('radarr.stalled')])
  const preset = {...shown(asRuleId('radarr.stalled')), revision: 7}
  await expect(runs.run(as('ann'), [preset])).rejects.toMatchObject({code: 'rule_unknown'})
  expect(await runs.run(as('ada'), [preset])).toEqual([{id: 'radarr.stalled', torrents: 0}])
})
