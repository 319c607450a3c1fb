import {expect, test} from 'vitest'
import {RuleInvalid} from './draft.ts'
import {serviceHarness, presetOf, type Name} from './rules-harness.fixture.ts'

const DAY = 86_400_000

const document = (more: Readonly<Record<string, unknown>> = {}) => ({
  name: 'Old',
  when: {fact: 'seedingTime', op: 'gte', value: '14d'},
  do: [{action: 'remove'}],
  ...more,
})
const draft = (more: Readonly<Record<string, unknown>> = {}) => ({rule: document(more)})
const yaml = {yaml: 'name: Old\nwhen: {fact: seedingTime, op: gte, value: 14d}\ndo: [{action: remove}]\n'}

test('a new rule simulates, with an id of ours, and stands at once', async () => {
  const {service, rules, as, clock, id} = await serviceHarness()
  const made = await service.create(
    as('ann'),
    {rule: document({id: 'mine', revision: 9, mode: 'live'})},
    false,
  )
  expect(made).toMatchObject({
    name: 'Old',
    mode: 'simulate',
    revision: 1,
    owner: id('ann'),
    origin: 'user',
    may: 'edit',
    obstacle: null,
    trialUntil: clock.now() + DAY,
    suspension: null,
  })
  expect(made.id).toMatch(/^r-[0-9a-f]{16}$/)
  expect(rules.of(made.id)?.rule).toMatchObject({
    when: {value: 14 * 86_400},
    scope: {servers: ['file', 'anns']},
  })
})

test('what was made is there after a restart, as it was', async () => {
  const {service, rules, as, open} = await serviceHarness()
  const {id} = await service.create(as('ann'), yaml, true)
  await service.change(as('ann'), id, {order: -5, mode: 'live'}, true)
  const again = await open()
  expect(again.all().map(({rule}) => rule)).toEqual(rules.all().map(({rule}) => rule))
  expect(again.card(id)).toEqual(rules.card(id))
})

test('S19 an edited live rule simulates for a day, until a user makes it live', async () => {
  const {service, as, clock, forgotten} = await serviceHarness()
  const ann = as('ann')
  const {id} = await service.create(ann, draft({mode: 'live'}), true)
  const wrong = draft({mode: 'live', when: {fact: 'seedingTime', op: 'gte', value: '14s'}})
  const edit = {isConfirmed: false, revision: null}
  expect(await service.replace(ann, id, wrong, edit)).toMatchObject({mode: 'simulate', revision: 2})
  expect(forgotten).toEqual([`${id} but 2`])
  await expect(service.change(ann, id, {mode: 'live'}, false)).rejects.toMatchObject({code: 'rule_untried'})
  await clock.advance(DAY)
  expect(await service.change(ann, id, {mode: 'live'}, false)).toMatchObject({mode: 'live', trialUntil: null})
  // What was held while it simulated does not count.
  expect(forgotten).toEqual([`${id} but 2`, id])
})

test('S19 who confirms lets an edit act at once, and an edit of the name alone changes no mode', async () => {
  const {service, as} = await serviceHarness()
  const ann = as('ann')
  const {id} = await service.create(ann, draft({mode: 'live'}), true)
  const renamed = draft({mode: 'live', name: 'Older'})
  expect(await service.replace(ann, id, renamed, {isConfirmed: false, revision: 1})).toMatchObject({
    mode: 'live',
    name: 'Older',
  })
  const other = draft({mode: 'live', do: [{action: 'stop'}]})
  expect(await service.replace(ann, id, other, {isConfirmed: true, revision: 2})).toMatchObject({
    mode: 'live',
  })
})

test('of two edits of one revision the second is refused', async () => {
  const {service, as} = await serviceHarness()
  const {id} = await service.create(as('ann'), draft(), false)
  const edit = () => service.replace(as('ann'), id, draft({name: 'New'}), {isConfirmed: false, revision: 1})
  const [one, other] = await Promise.allSettled([edit(), edit()])
  expect([one.status, other]).toMatchObject(['fulfilled', {reason: {code: 'changed_meanwhile'}}])
})

test('what is no rule is refused with the field, its place, what was found and what is accepted', async () => {
  const {service, as, rules} = await serviceHarness()
  const wrong = {yaml: 'name: Old\nwhen: {fact: seedingTime, op: gte, value: 14x}\ndo: [{action: remove}]\n'}
  const fault = await service.create(as('ann'), wrong, false).catch((error: unknown) => error)
  expect(fault).toBeInstanceOf(RuleInvalid)
  expect((fault as RuleInvalid).mistakes).toMatchObject([{path: 'when.value', line: 2, found: '"14x"'}])
  expect((fault as RuleInvalid).mistakes[0]!.accepted).not.toEqual([])
  expect(rules.all()).toEqual([])
})

test('S29 a rule of another user is not there; administrators see and change it, in the owner’s name', async () => {
  const {service, as, id: idOf, rules} = await serviceHarness()
  const {id} = await service.create(as('ann'), draft(), false)
  const unknown = {code: 'rule_unknown'}
  for (const work of [
    () => service.replace(as('bob'), id, draft(), {isConfirmed: false, revision: null}),
    () => service.change(as('bob'), id, {mode: 'off'}, false),
    () => service.remove(as('bob'), id),
    () => service.resume(as('bob'), id),
    () => service.copy(as('bob'), id),
  ])
    await expect(work()).rejects.toMatchObject(unknown)
  expect(() => service.seen(as('bob'), id)).toThrow('There is no rule with this id.')
  expect([service.seenBy(as('bob')), service.seenBy(as('ada')).length]).toEqual([[], 1])
  await service.replace(as('ada'), id, draft({name: 'By ada'}), {isConfirmed: false, revision: 1})
  expect(service.seen(as('ann'), id)).toMatchObject({name: 'By ada', owner: idOf('ann')})
  expect(rules.of(id)?.rule.scope.servers).toEqual(['file', 'anns'])
})

test('viewers make no rules, nor do keys without the rights to command and manage, nor keys for certain servers', async () => {
  const {service, as, entries} = await serviceHarness()
  for (const by of [
    as('vic'),
    as('ann', {scopes: ['manage']}),
    as('ann', {scopes: ['control']}),
    as('ann', {everywhere: false}),
  ]) {
    await expect(service.create(by, draft(), true)).rejects.toMatchObject({code: 'forbidden'})
  }
  const {id} = await service.create(as('ann', {scopes: ['manage', 'control']}), draft(), false)
  expect(service.seenBy(as('ann', {everywhere: false}))).toEqual([])
  await expect(service.remove(as('ann', {scopes: ['manage']}), id)).rejects.toMatchObject({code: 'forbidden'})
  expect((await entries()).map(({verb, code}) => [verb, code])).toEqual([
    ...Array.from({length: 4}, () => ['create', 'forbidden']),
    ['create', null],
    ['remove', 'forbidden'],
  ])
})

test('programs of this machine are started by rules of administrators alone, no matter who writes them', async () => {
  const {service, as} = await serviceHarness()
  const program = draft({do: [{action: 'exec', program: 'tidy'}]})
  await expect(service.create(as('ann'), program, false)).rejects.toMatchObject({code: 'forbidden'})
  const {id} = await service.create(as('ann'), draft(), false)
  const edit = {isConfirmed: false, revision: null}
  await expect(service.replace(as('ada'), id, program, edit)).rejects.toMatchObject({code: 'forbidden'})
  expect(await service.create(as('ada'), program, false)).toMatchObject({mode: 'simulate'})
})

test('S09 a rule about paths is an administrator’s, and reaches nothing when they are none any more', async () => {
  const {service, as, rules, people, id: userId} = await serviceHarness()
  const about = {
    subject: 'path',
    when: {fact: 'path.fileAge', op: 'gte', value: '7d'},
    do: [{action: 'orphan.recycle'}],
  }
  await expect(service.create(as('ann'), draft(about), false)).rejects.toMatchObject({code: 'forbidden'})
  const {id} = await service.create(as('ada'), draft(about), true)
  expect(rules.of(id)?.rule.scope.servers).toEqual([])
  people.change(userId('ada'), {role: 'member'})
  rules.reevaluate()
  expect([rules.of(id), rules.card(id)?.obstacle]).toEqual([null, 'no_server'])
})

test('what an action says by a fact that its subject does not have is refused, where it stands', async () => {
  const {service, as} = await serviceHarness()
  const moved = draft({do: [{action: 'move', path: {fact: 'file.name'}}]})
  await expect(service.create(as('ada'), moved, false)).rejects.toMatchObject({
    mistakes: [
      {path: 'do[0].path.fact', found: '"file.name"', accepted: expect.arrayContaining(['categoryPath'])},
    ],
  })
  const reported = draft({do: [{action: 'note', template: {fact: 'path.place'}}]})
  await expect(service.create(as('ada'), reported, false)).rejects.toMatchObject({
    mistakes: [{path: 'do[0].template.fact'}],
  })
})

test('a scope that names a server or an Arr that is not there is refused, where it stands', async () => {
  const {service, as} = await serviceHarness()
  const scope = {servers: ['anns', 'bobs'], arrs: ['Radarr', 'Sonarr']}
  await expect(service.create(as('ann'), draft({scope}), false)).rejects.toMatchObject({
    mistakes: [
      {path: 'scope.servers', found: '["anns","bobs"]', accepted: ['file', 'anns']},
      {path: 'scope.arrs', found: '["Radarr","Sonarr"]', message: expect.stringContaining('“Sonarr”')},
    ],
  })
  const there = {servers: ['anns'], arrs: ['Radarr']}
  expect((await service.create(as('ann'), draft({scope: there}), false)).rule?.scope).toMatchObject(there)
})

test('a rule whose Arr is gone stays as it is, and changes its mode', async () => {
  const {service, rules, as} = await serviceHarness()
  const {id} = await service.create(as('ann'), draft({scope: {arrs: ['Radarr']}}), false)
  const {row} = rules.own(id)!
  rules.put({...row, document: {...document(), scope: {arrs: ['Gone']}}})
  expect(await service.change(as('ann'), id, {mode: 'off'}, false)).toMatchObject({
    mode: 'off',
    rule: {scope: {arrs: ['Gone']}},
  })
})

test('what has no source yet is refused wherever a rule asks for it', async () => {
  const {service, as} = await serviceHarness()
  const when = {fact: 'arr.requested', op: 'eq', value: true}
  const asking = draft({when, do: [{action: 'stop', if: {not: when}}], select: {order: ['-arr.requested']}})
  await expect(service.create(as('ada'), asking, false)).rejects.toMatchObject({
    mistakes: [
      {path: 'when.fact', found: '"arr.requested"', accepted: expect.arrayContaining(['arr.hasFile'])},
      {path: 'do[0].if.not.fact'},
      {path: 'select.order[0]'},
    ],
  })
})

test('a rule that selects among many is not asked of what comes one by one, and the user is shown that', async () => {
  const {service, as} = await serviceHarness()
  const selects = (schedule: object) => draft({select: {order: ['ratio']}, schedule})
  await expect(service.create(as('ada'), selects({on: ['completed']}), false)).rejects.toMatchObject({
    mistakes: [
      {
        path: 'schedule.on',
        found: '["completed"]',
        accepted: ['diskLow', 'every or cron beside it', 'no select'],
      },
    ],
  })
  for (const schedule of [
    {on: ['diskLow']},
    {on: ['completed'], every: '1h'},
    {window: {from: '22:00', to: '06:00'}},
  ])
    expect(await service.create(as('ada'), selects(schedule), false)).toMatchObject({mode: 'simulate'})
})

test('an unknown set of files is refused with those that there are, where it stands', async () => {
  const {service, as} = await serviceHarness()
  const files = (set: string) => draft({do: [{action: 'filePriority', set, to: 'skip'}]})
  await expect(service.create(as('ada'), files('junk'), false)).rejects.toMatchObject({
    mistakes: [
      {
        path: 'do[0].set',
        found: '"junk"',
        accepted: ['unwanted', 'video', 'audio', 'books', 'dangerous', 'the section of an Arr'],
      },
    ],
  })
  for (const set of ['unwanted', 'video', 'Radarr'])
    expect(await service.create(as('ada'), files(set), false)).toMatchObject({mode: 'simulate'})
  // What lies beside a torrent is told by the list of a section alone.
  const beside = draft({do: [{action: 'extraFiles.recycle', set: 'video'}]})
  await expect(service.create(as('ada'), beside, false)).rejects.toMatchObject({
    mistakes: [{path: 'do[0].set', accepted: ['the section of an Arr']}],
  })
})

test('a program that the configuration does not name is refused with those that it does, where it stands', async () => {
  const {service, as} = await serviceHarness()
  const program = draft({do: [{action: 'stop'}, {action: 'exec', program: '/bin/sh'}]})
  await expect(service.create(as('ada'), program, false)).rejects.toMatchObject({
    code: 'bad_request',
    mistakes: [{path: 'do[1].program', found: '"/bin/sh"', accepted: ['tidy']}],
  })
})

test('a notification goes nowhere but to the journal and the log: another target is refused, where it stands', async () => {
  const {service, as} = await serviceHarness()
  const notify = (target: object) => draft({do: [{action: 'note'}, {action: 'notify', ...target}]})
  await expect(service.create(as('ann'), notify({target: 'phone'}), false)).rejects.toMatchObject({
    code: 'bad_request',
    message: expect.stringContaining('in the journal and in the log'),
    mistakes: [{path: 'do[1].target', found: '"phone"', accepted: ['log, or nothing']}],
  })
  for (const target of [{}, {target: 'log'}])
    expect(await service.create(as('ann'), notify(target), false)).toMatchObject({mode: 'simulate'})
})

test('a removed rule is gone with what it held, and its revisions stay in the database', async () => {
  const {service, as, rules, forgotten, suspended, store} = await serviceHarness()
  const {id} = await service.create(as('ann'), draft(), false)
  suspended.set(id, {ruleId: id, revision: 1, at: 1, reason: 'maxShare', detail: {}})
  await service.remove(as('ann'), id)
  expect([rules.card(id), forgotten, suspended.size]).toEqual([null, [id], 0])
  expect(await store.read((db) => db.selectFrom('rules').selectAll().execute())).toMatchObject([
    {isCurrent: 0},
  ])
})

const stalled = presetOf('radarr.stalled', {mode: 'live'})

test('a preset is switched off, simulated and put back by administrators, and never edited', async () => {
  const {service, as, rules, open, forgotten} = await serviceHarness()
  rules.follow([stalled])
  const ada = as('ada')
  expect(service.seen(ada, stalled.id)).toMatchObject({origin: 'preset', may: 'mode', owner: 'file'})
  expect(service.seenBy(as('ann'))).toEqual([])
  expect(await service.change(ada, stalled.id, {mode: 'simulate'}, false)).toMatchObject({
    mode: 'simulate',
    configuredMode: 'live',
  })
  const again = await open()
  again.follow([stalled])
  expect(again.of(stalled.id)?.rule.mode).toBe('simulate')
  expect(await service.change(ada, stalled.id, {mode: 'live'}, false)).toMatchObject({mode: 'live'})
  expect(forgotten).toEqual([stalled.id, stalled.id])
  // Who asks first does less than who acts.
  expect(await service.change(ada, stalled.id, {mode: 'ask'}, false)).toMatchObject({mode: 'ask'})
  const asking = await open()
  asking.follow([stalled])
  expect(asking.of(stalled.id)?.rule.mode).toBe('ask')
  for (const work of [
    () => service.replace(ada, stalled.id, draft(), {isConfirmed: true, revision: null}),
    () => service.remove(ada, stalled.id),
    () => service.change(ada, stalled.id, {order: 1}, false),
  ])
    await expect(work()).rejects.toMatchObject({code: 'forbidden'})
  await expect(service.change(as('ann'), stalled.id, {mode: 'off'}, false)).rejects.toMatchObject({
    code: 'rule_unknown',
  })
})

test('a preset that asks acts when a user confirms it, also after a restart, and asks again when set to', async () => {
  const {service, as, rules, open} = await serviceHarness()
  const ada = as('ada')
  const asking = {...stalled, mode: 'ask' as const}
  rules.follow([asking])
  await expect(service.change(ada, stalled.id, {mode: 'live'}, false)).rejects.toMatchObject({
    code: 'rule_untried',
  })
  expect(rules.of(stalled.id)?.rule.mode).toBe('ask')
  expect(await service.change(ada, stalled.id, {mode: 'live'}, true)).toMatchObject({
    mode: 'live',
    configuredMode: 'ask',
  })
  const again = await open()
  again.follow([asking])
  expect(again.of(stalled.id)?.rule.mode).toBe('live')
  // Where only is to be observed nobody's word of before counts.
  again.follow([{...stalled, mode: 'simulate'}])
  expect(again.of(stalled.id)?.rule.mode).toBe('simulate')
  expect(await service.change(ada, stalled.id, {mode: 'ask'}, false)).toMatchObject({mode: 'ask'})
})

test('what the configuration only observes is not made live here', async () => {
  const {service, as, rules} = await serviceHarness()
  const observed = {...stalled, mode: 'simulate' as const}
  rules.follow([observed])
  await expect(service.change(as('ada'), stalled.id, {mode: 'live'}, true)).rejects.toMatchObject({
    code: 'bad_argument',
  })
  expect(await service.change(as('ada'), stalled.id, {mode: 'off'}, true)).toMatchObject({mode: 'off'})
  expect(await service.change(as('ada'), stalled.id, {mode: 'simulate'}, true)).toMatchObject({
    mode: 'simulate',
  })
})

test('a copy of a preset is a rule of the user’s own that simulates', async () => {
  const {service, as, rules, id} = await serviceHarness()
  rules.follow([stalled])
  const copy = await service.copy(as('ada'), stalled.id)
  expect(copy).toMatchObject({
    origin: 'user',
    owner: id('ada'),
    mode: 'simulate',
    revision: 1,
    name: 'radarr.stalled (copy)',
    rule: {when: stalled.when, do: stalled.do},
  })
})

test('a suspended rule goes on when a user looked, and it is written down which', async () => {
  const {service, as, entries, suspended, clock} = await serviceHarness()
  const {id} = await service.create(as('ann'), draft(), false)
  await service.resume(as('ann'), id)
  suspended.set(id, {
    ruleId: id,
    revision: 1,
    at: clock.now(),
    reason: 'maxShare',
    detail: {done: 9, most: 3},
  })
  expect(service.seen(as('ann'), id).suspension).toMatchObject({reason: 'maxShare'})
  await service.resume(as('ann'), id)
  expect(service.seen(as('ann'), id).suspension).toBeNull()
  expect((await entries()).map(({subject, verb}) => `${subject} ${verb}`)).toEqual([
    'rule create',
    'rule resume',
  ])
})

test('what suspends a rule while it is written down that a user looked stays: they did not see that', async () => {
  const {service, as, suspended, clock, store} = await serviceHarness()
  const {id} = await service.create(as('ann'), draft(), false)
  const seen = {ruleId: id, revision: 1, at: clock.now(), reason: 'maxShare', detail: {done: 9, most: 3}}
  suspended.set(id, seen)
  const write = store.write.bind(store)
  store.write = async (work) => {
    suspended.set(id, {...seen, reason: 'commonCause'})
    return write(work)
  }
  await service.resume(as('ann'), id)
  expect(service.seen(as('ann'), id).suspension).toMatchObject({reason: 'commonCause'})
})

test('what cannot be written does not stand', async () => {
  const {service, as, rules, store} = await serviceHarness()
  const {id} = await service.create(as('ann'), draft(), false)
  await store.close()
  await expect(service.change(as('ann'), id, {mode: 'off'}, false)).rejects.toThrow()
  await expect(service.create(as('ann'), draft(), false)).rejects.toThrow()
  expect(rules.all().map(({rule}) => rule.mode)).toEqual(['simulate'])
})

test('no user has more than two hundred', async () => {
  const {service, as} = await serviceHarness()
  const make = (name: Name) => service.create(as(name), draft(), false)
  for (let at = 0; at < 200; at++) await make('ann')
  await expect(make('ann')).rejects.toMatchObject({code: 'forbidden'})
  expect(await make('bob')).toMatchObject({name: 'Old'})
  expect(service.seenBy(as('ann'))).toHaveLength(200)
})

test('a change of nothing is no action', async () => {
  const {service, as, entries} = await serviceHarness()
  const {id} = await service.create(as('ann'), draft(), false)
  await service.change(as('ann'), id, {mode: 'simulate'}, false)
  expect(await entries()).toHaveLength(1)
  expect(service.seen(as('ann'), id).mode).toBe('simulate')
})

test('a rule is put before or behind another one, in one line of the journal, and presets keep their numbers', async () => {
  const {service, as, rules, entries, clock} = await serviceHarness()
  const ada = as('ada')
  const ids: string[] = []
  for (const name of ['one', 'two', 'three']) {
    const {id} = await service.create(ada, draft({name, conflict: 'additive'}), false)
    ids.push(id)
    await clock.advance(1_000)
  }
  rules.follow([{...stalled, order: 70}])
  const [one, two, three] = ids as [typeof stalled.id, typeof stalled.id, typeof stalled.id]
  const order = () => service.seenBy(ada).map(({id, name}) => (id === stalled.id ? 'stalled' : name))
  expect(order()).toEqual(['stalled', 'one', 'two', 'three'])

  expect(await service.move(ada, three, {of: one, side: 'before'})).toMatchObject({id: three, order: 99})
  expect(order()).toEqual(['stalled', 'three', 'one', 'two'])
  expect((await entries()).at(-1)).toMatchObject({
    subject: 'rule',
    verb: 'change',
    name: 'three',
    args: {id: three, before: one},
  })
  await service.move(ada, two, {of: stalled.id, side: 'before'})
  expect(order()).toEqual(['two', 'stalled', 'three', 'one'])
  expect(rules.card(stalled.id)?.order).toBe(70)
  // Where it stands already nothing is written.
  const written = (await entries()).length
  await service.move(ada, two, {of: stalled.id, side: 'before'})
  expect((await entries()).length).toBe(written)

  await expect(service.move(ada, stalled.id, {of: one, side: 'behind'})).rejects.toMatchObject({
    code: 'forbidden',
  })
  await expect(service.move(ada, one, {of: one, side: 'behind'})).rejects.toMatchObject({
    code: 'bad_argument',
  })
  await expect(service.move(as('ann'), one, {of: two, side: 'behind'})).rejects.toMatchObject({
    code: 'rule_unknown',
  })
})

test('a rule that is switched while Commodarr only watches simulates on, and is so once that is over', async () => {
  const {service, as, rules} = await serviceHarness()
  const preset = presetOf('radarr.stalled')
  rules.watch(new Map([[preset.id, 'live']]))
  rules.follow([{...preset, mode: 'simulate'}])
  const {id} = await service.create(as('ada'), draft(), false)
  expect(await service.change(as('ada'), id, {mode: 'live'}, true)).toMatchObject({
    mode: 'simulate',
    modeThen: 'live',
  })
  expect(service.seen(as('ada'), preset.id)).toMatchObject({configuredMode: 'live', modeThen: 'live'})
  expect(await service.change(as('ada'), preset.id, {mode: 'simulate'}, false)).toMatchObject({
    mode: 'simulate',
    modeThen: 'simulate',
  })
  rules.watch(null)
  rules.follow([preset])
  expect([service.seen(as('ada'), id).mode, service.seen(as('ada'), preset.id).mode]).toEqual([
    'live',
    'simulate',
  ])
})

test('a rule of the configuration that acts can be had to ask first, and act again; one that simulates cannot', async () => {
  const {service, as, rules} = await serviceHarness()
  const [acts, simulates] = [presetOf('radarr.stalled'), presetOf('radarr.seeded', {mode: 'simulate'})]
  rules.follow([acts, simulates])
  expect(await service.change(as('ada'), acts.id, {mode: 'ask'}, false)).toMatchObject({
    mode: 'ask',
    configuredMode: 'live',
  })
  expect(rules.of(acts.id)?.rule.mode).toBe('ask')
  expect(await service.change(as('ada'), acts.id, {mode: 'live'}, false)).toMatchObject({mode: 'live'})
  await expect(service.change(as('ada'), simulates.id, {mode: 'ask'}, false)).rejects.toMatchObject({
    code: 'bad_argument',
  })
})

test('S29 a rule that was removed is put back as it was by who may have it, and only while it is not there', async () => {
  const {service, as, entries, open} = await serviceHarness()
  const {id} = await service.create(as('ann'), draft({mode: 'live'}), true)
  await expect(service.restore(as('ann'), id)).rejects.toMatchObject({code: 'rule_unknown'})
  await service.remove(as('ann'), id)
  await expect(service.restore(as('bob'), id)).rejects.toMatchObject({code: 'rule_unknown'})
  const reader = as('ann', {scopes: ['read', 'control']})
  await expect(service.restore(reader, id)).rejects.toMatchObject({code: 'forbidden'})
  expect(await service.restore(as('ann'), id)).toMatchObject({id, mode: 'live', revision: 1})
  expect((await open()).card(id)).toMatchObject({mode: 'live', owner: 'id-ann'})
  expect((await entries()).map(({verb}) => verb)).toEqual(['create', 'remove', 'undo-remove', 'undo-remove'])
})
