import {expect, test} from 'vitest'
import type {RuleId, RuleMode} from '#model/rule.ts'
import {broaderIds} from '#rules/presets/preset.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {putPresetMode} from '#store/repositories/preset-modes.ts'
import {asRuleId, presetOf, rulesHarness} from './rules-harness.fixture.ts'
import {nothingAbout, type StandingRules} from './standing-rules.ts'

const stalled = presetOf('radarr.stalled', {order: 70})
const seeded = presetOf('radarr.seeded', {order: 100})

const idsOf = (rules: StandingRules) => rules.all().map(({rule}) => rule.id as string)
const serversOf = (rules: StandingRules, id: string) => rules.of(asRuleId(id))?.rule.scope.servers

test('presets and rules of people stand together, in the order in which they decide', async () => {
  const harness = await rulesHarness()
  await harness.keep('ada', aRule({id: 'r-late', order: 500}))
  await harness.keep('ann', aRule({id: 'r-early', order: -1}))
  const rules = await harness.open()
  expect(idsOf(rules)).toEqual(['r-early', 'r-late'])
  rules.follow([seeded, stalled])
  expect(idsOf(rules)).toEqual(['r-early', 'radarr.stalled', 'radarr.seeded', 'r-late'])
  expect(rules.of(asRuleId('r-none'))).toBeNull()
})

test('of rules with the same order the older one decides, whatever their ids, also after an edit and a restart', async () => {
  const harness = await rulesHarness()
  const [oldest, middle, newest] = ['r-c', 'r-b', 'r-a'].map((id) => aRule({id, name: id}))
  await harness.keep('ann', oldest!)
  await harness.clock.advance(1)
  await harness.keep('ada', middle!)
  await harness.clock.advance(1)
  await harness.keep('ann', newest!)
  const rules = await harness.open()
  expect(idsOf(rules)).toEqual(['r-c', 'r-b', 'r-a'])
  expect(rules.cards().map(({id}) => id as string)).toEqual(['r-c', 'r-b', 'r-a'])
  const {row} = rules.own(asRuleId('r-c'))!
  rules.drop(asRuleId('r-c'))
  rules.put({...row, revision: 2, revisedAt: harness.clock.now(), changedAt: harness.clock.now()})
  expect(idsOf(rules)).toEqual(['r-c', 'r-b', 'r-a'])
  expect(idsOf(await harness.open())).toEqual(['r-c', 'r-b', 'r-a'])
})

test('rules of the configuration keep its order, and stand behind those of people with the same one, which may keep what they remove', async () => {
  const harness = await rulesHarness()
  await harness.keep('ann', aRule({id: 'r-a'}))
  const rules = await harness.open()
  rules.follow([presetOf('zeta.seeded'), presetOf('alpha.seeded')])
  expect(idsOf(rules)).toEqual(['r-a', 'zeta.seeded', 'alpha.seeded'])
  rules.follow([presetOf('alpha.seeded'), presetOf('zeta.seeded')])
  expect(idsOf(rules)).toEqual(['r-a', 'alpha.seeded', 'zeta.seeded'])
})

test('S29 a rule reaches the servers that its owner may command, and those alone', async () => {
  const harness = await rulesHarness()
  await harness.keep('ann', aRule({id: 'r-all'}))
  await harness.keep('ann', aRule({id: 'r-named', scope: {servers: ['anns', 'bobs']}}))
  await harness.keep('ann', aRule({id: 'r-foreign', scope: {servers: ['bobs']}}))
  await harness.keep('ada', aRule({id: 'r-adas'}))
  await harness.keep('ada', aRule({id: 'r-adas-named', scope: {servers: ['bobs', 'file']}}))
  await harness.keep('ada', aRule({id: 'r-of-bob', scope: {owner: 'bob'}}))
  const rules = await harness.open()
  expect(serversOf(rules, 'r-all')).toEqual(['file', 'anns'])
  expect(serversOf(rules, 'r-named')).toEqual(['anns'])
  // What members' servers tell counts for an administrator where he names them.
  expect(serversOf(rules, 'r-adas')).toEqual(['file', 'adas'])
  expect(serversOf(rules, 'r-adas-named')).toEqual(['bobs', 'file'])
  expect(serversOf(rules, 'r-of-bob')).toEqual([])
  expect(idsOf(rules)).not.toContain('r-foreign')
  expect(rules.card(asRuleId('r-foreign'))).toMatchObject({obstacle: 'no_server'})
  const {access} = rules.of(asRuleId('r-all'))!
  expect([access.may('control', 'anns' as never), access.may('control', 'bobs' as never)]).toEqual([
    true,
    false,
  ])
})

test('rules of the configuration reach the servers of the instance, not what members added for themselves', async () => {
  const harness = await rulesHarness()
  const rules = await harness.open()
  rules.follow([stalled])
  expect(serversOf(rules, 'radarr.stalled')).toEqual(['file', 'adas'])
  harness.people.change(harness.id('bob'), {role: 'administrator'})
  rules.reevaluate()
  expect(serversOf(rules, 'radarr.stalled')).toEqual(['file', 'adas', 'bobs'])
})

test('rules of an Arr that a user added reach as far as the user does', async () => {
  const harness = await rulesHarness()
  const rules = await harness.open()
  rules.follow([stalled, seeded], {
    ...nothingAbout,
    authorities: new Map([[stalled.id, {owner: harness.id('ann'), ceilings: []}]]),
  })
  expect(serversOf(rules, 'radarr.stalled')).toEqual(['file', 'anns'])
  expect(serversOf(rules, 'radarr.seeded')).toEqual(['file', 'adas'])
})

test('a rule about a subject that no rule can have is kept, shown whole, does nothing and says why', async () => {
  const harness = await rulesHarness()
  const about = {subject: 'file', when: {fact: 'file.size', op: 'gt', value: 1}}
  await harness.keep('ada', aRule({id: 'r-files', mode: 'live', ...about}))
  const rules = await harness.open()
  const ofServers = presetOf('settings.space-stop', {
    subject: 'server',
    when: {fact: 'server.freeBytes', op: 'lt', value: 1},
  })
  rules.follow([ofServers])
  expect(rules.card(asRuleId('r-files'))).toMatchObject({obstacle: 'not_evaluated', rule: {subject: 'file'}})
  expect(rules.of(asRuleId('r-files'))).toBeNull()
  // Of whole servers those of the configuration are carried out.
  expect(idsOf(rules)).toEqual(['settings.space-stop'])
})

test('rules of a user who is disabled or gone do nothing, and are kept', async () => {
  const harness = await rulesHarness()
  await harness.keep('ann', aRule({id: 'r-anns'}))
  const rules = await harness.open()
  harness.people.change(harness.id('ann'), {disabled: true})
  rules.reevaluate()
  expect([idsOf(rules), rules.card(asRuleId('r-anns'))?.obstacle]).toEqual([[], 'owner_gone'])
  harness.people.change(harness.id('ann'), {disabled: false})
  rules.reevaluate()
  expect(idsOf(rules)).toEqual(['r-anns'])
  harness.people.remove(harness.id('ann'))
  rules.reevaluate()
  expect(idsOf(rules)).toEqual([])
})

test('who listens hears of every change of what stands, and of nothing else', async () => {
  const harness = await rulesHarness()
  const rules = await harness.open()
  let heard = 0
  const stop = rules.onChange(() => heard++)
  rules.follow([stalled])
  rules.follow([stalled])
  rules.reevaluate()
  expect(heard).toBe(1)
  harness.servers.add('adas2', harness.id('ada'))
  rules.reevaluate()
  expect([heard, serversOf(rules, 'radarr.stalled')]).toEqual([2, ['file', 'adas', 'adas2']])
  stop()
  rules.follow([])
  expect([heard, idsOf(rules)]).toEqual([2, []])
})

test('a mode that a user gave a preset outlasts a restart, and never makes it do more than the file says', async () => {
  const harness = await rulesHarness()
  const give = (id: string, mode: 'off' | 'simulate') =>
    harness.store.write((db) =>
      putPresetMode(db, {ruleId: asRuleId(id), mode, changedAt: 1, changedBy: null, ceiling: null}),
    )
  await give('radarr.stalled', 'off')
  await give('radarr.seeded', 'simulate')
  const rules = await harness.open()
  const modes = () => rules.all().map(({rule}) => rule.mode)
  rules.follow([stalled, seeded])
  expect(modes()).toEqual(['off', 'simulate'])
  rules.follow([
    {...stalled, mode: 'simulate'},
    {...seeded, mode: 'off'},
  ])
  expect(modes()).toEqual(['off', 'off'])
  expect(rules.card(seeded.id)).toMatchObject({origin: 'preset', configuredMode: 'off', mode: 'off'})
})

test('S37 a rule that a limit of a tracker makes takes the mode of the rule that decided there before, until it has its own', async () => {
  const harness = await rulesHarness()
  const rules = await harness.open()
  const narrow = presetOf('radarr.seeded.nas.a.example', {order: 100})
  const other = presetOf('radarr.seeded.nas', {order: 100})
  const ids = ['radarr.seeded.a.example', 'radarr.seeded.nas', 'radarr.seeded'].map(asRuleId)
  expect(broaderIds(narrow.id, ['nas', 'box'])).toEqual(ids)
  expect(broaderIds(seeded.id, ['nas'])).toEqual([])
  const broader = new Map([narrow, other, seeded].map(({id}) => [id, broaderIds(id, ['nas'])]))
  rules.follow([seeded, other, narrow], {...nothingAbout, broader})
  const modes = () => rules.all().map(({rule}) => rule.mode)
  const give = (id: RuleId, mode: RuleMode) =>
    rules.putMode(id, {ruleId: id, mode, changedAt: 1, changedBy: null, ceiling: null})
  give(ids[2]!, 'simulate')
  expect(modes()).toEqual(['simulate', 'simulate', 'simulate'])
  give(ids[0]!, 'off')
  expect(modes()).toEqual(['simulate', 'simulate', 'off'])
  give(narrow.id, 'live')
  expect(modes()).toEqual(['simulate', 'simulate', 'live'])
})

test('what another revision of a preset held is forgotten; of one that is away it stays', async () => {
  const harness = await rulesHarness()
  const rules = await harness.open()
  rules.follow([stalled, seeded])
  rules.follow([seeded])
  rules.follow([stalled, {...seeded, revision: 8}])
  expect(harness.forgotten).toEqual(['radarr.seeded but 8'])
})

const unread = 'this rule cannot be read; it is kept, and not used'

test('a rule that cannot be read is reported, kept, and does nothing', async () => {
  const harness = await rulesHarness()
  await harness.keep('ann', aRule({id: 'r-odd', name: 'Odd'}))
  const document = '{"when":1,"do":[{"action":"remove"}]}'
  await harness.store.write((db) => db.updateTable('rules').set({document}).execute())
  const rules = await harness.open()
  expect([idsOf(rules), harness.logged]).toEqual([[], [unread]])
  expect(rules.card(asRuleId('r-odd'))).toMatchObject({name: 'Odd', rule: null, obstacle: 'unreadable'})
})

test.each([
  ['its document is no JSON', {document: '{'}],
  ['a later version wrote it', {version: 99}],
  ['it has the action skip', {document: '{"when":1,"do":[{"action":"skip"}]}'}],
])('a rule that cannot be read and may keep stands in doubt before all others where %s', async (_, set) => {
  const harness = await rulesHarness()
  await harness.keep('ann', aRule({id: 'r-odd', order: 900, do: [{action: 'skip'}]}))
  await harness.store.write((db) => db.updateTable('rules').set(set).execute())
  await harness.keep('ann', aRule({id: 'r-first', order: 1}))
  const rules = await harness.open()
  const id = asRuleId('r-odd')
  expect(idsOf(rules)).toEqual(['r-odd', 'r-first'])
  expect(rules.cards().map((card) => card.id as string)).toEqual(['r-first', 'r-odd'])
  expect(serversOf(rules, 'r-odd')).toEqual(['file', 'anns'])
  expect(rules.card(id)).toMatchObject({rule: null, obstacle: 'unreadable_keeps'})
  const {row} = rules.own(id)!
  for (const mode of ['off', 'simulate'] as const) {
    rules.put({...row, mode})
    expect([rules.of(id), rules.card(id)?.obstacle]).toEqual([null, 'unreadable'])
  }
  rules.put(row)
  harness.people.change(harness.id('ann'), {disabled: true})
  rules.reevaluate()
  expect([rules.of(id), rules.card(id)?.obstacle]).toEqual([null, 'unreadable'])
})

test('a rule that leaves out a server or an Arr does nothing while that is not there, and one that is about it goes on', async () => {
  const harness = await rulesHarness()
  const not = (fact: string, value: string) => ({not: {fact, op: 'eq', value}})
  await harness.keep('ann', aRule({id: 'r-server', when: not('server.id', 'gone')}))
  await harness.keep('ann', aRule({id: 'r-arr', when: not('arr.id', 'radarr')}))
  await harness.keep(
    'ann',
    aRule({id: 'r-about', when: {fact: 'server.id', op: 'in', value: ['anns', 'gone']}}),
  )
  const rules = await harness.open()
  let arrs = ['radarr']
  rules.knowArrs(() => arrs)
  expect(idsOf(rules)).toEqual(expect.arrayContaining(['r-arr', 'r-about']))
  expect(rules.of(asRuleId('r-server'))).toBeNull()
  expect(rules.card(asRuleId('r-server'))).toMatchObject({obstacle: 'id_unknown', rule: {id: 'r-server'}})
  // Its Arr is switched off: what that has would not be left out any more.
  arrs = []
  rules.reevaluate()
  expect(rules.card(asRuleId('r-arr'))).toMatchObject({obstacle: 'id_unknown'})
  expect(rules.of(asRuleId('r-about'))).not.toBeNull()
  arrs = ['Radarr']
  rules.reevaluate()
  expect(rules.of(asRuleId('r-arr'))).not.toBeNull()
})

test('a rule that keeps by an Arr, a server or a profile that is gone stands in doubt until that is back, and says by which', async () => {
  const harness = await rulesHarness()
  const keep = (id: string, changes: object) =>
    harness.keep('ann', aRule({id, do: [{action: 'skip'}], ...changes}))
  await keep('r-arr', {when: {fact: 'arr.id', op: 'eq', value: 'radarr-4k'}})
  await keep('r-server', {scope: {servers: ['gone']}})
  await keep('r-profile', {when: {fact: 'obligation.profile', op: 'eq', value: 'Waxwing'}})
  const rules = await harness.open()
  let [arrs, profiles] = [['radarr-4k'], ['Waxwing']]
  rules.knowArrs(() => arrs)
  rules.knowProfiles(() => profiles)
  const gone = (id: string) => rules.card(asRuleId(id))?.gone
  expect([gone('r-arr'), gone('r-server'), gone('r-profile')]).toEqual([[], ['gone'], []])
  // It keeps what may be meant on all servers that its owner commands.
  expect(rules.card(asRuleId('r-server'))?.obstacle).toBeNull()
  expect(serversOf(rules, 'r-server')).toContain('anns')
  // Its section has another name, and the profile was removed.
  arrs = ['radarr-uhd']
  profiles = []
  rules.reevaluate()
  expect([gone('r-arr'), gone('r-profile')]).toEqual([['radarr-4k'], ['Waxwing']])
  expect(rules.of(asRuleId('r-arr'))?.rule.when).toMatchObject({gone: ['radarr-4k']})
  expect(rules.card(asRuleId('r-arr'))?.rule?.when).not.toHaveProperty('gone')
  arrs = ['radarr-4k']
  profiles = ['Waxwing']
  rules.reevaluate()
  expect([gone('r-arr'), gone('r-profile')]).toEqual([[], []])
})

test('while Commodarr only watches no rule of anyone acts, and each says what it is once that is over', async () => {
  const harness = await rulesHarness()
  await harness.keep('ann', aRule({id: 'r-acts', order: 1}))
  await harness.keep('ann', aRule({id: 'r-asks', order: 2, mode: 'ask'}))
  await harness.keep('ann', aRule({id: 'r-off', order: 3, mode: 'off'}))
  const rules = await harness.open()
  const modes = () => rules.cards().map(({mode, modeThen}) => [mode, modeThen])
  rules.watch(new Map([[stalled.id, 'live']]))
  rules.follow([{...stalled, mode: 'simulate'}])
  expect(rules.all().map(({rule}) => rule.mode)).toEqual(['simulate', 'simulate', 'off', 'simulate'])
  expect(modes()).toEqual([
    ['simulate', 'live'],
    ['simulate', 'ask'],
    ['off', 'off'],
    ['simulate', 'live'],
  ])
  // What is written again keeps the mode that it was given.
  expect(rules.card(asRuleId('r-acts'))?.rule?.mode).toBe('live')
  rules.watch(null)
  rules.follow([stalled])
  expect(modes().map(([mode]) => mode)).toEqual(['live', 'ask', 'off', 'live'])
  expect(harness.forgotten).toEqual(['r-acts', 'r-asks', 'r-acts', 'r-asks'])
})
