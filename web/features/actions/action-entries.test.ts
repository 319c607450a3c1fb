import {beforeAll, expect, test} from 'vitest'
import type {SelectionFigures} from '../../api/actions.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import type {MenuAction, MenuEntry} from '../../ui/menu-entry.ts'
import {abilityOf, actions, whyLookOnly} from './actions.ts'
import {actionEntries, allStopped, type EntryContext} from './action-entries.ts'

beforeAll(speakEnglish)

type Figures = Pick<SelectionFigures, 'abilities' | 'count' | 'servers' | 'states'>

const reason = (message: string, count: number) => ({
  code: 'not_supported' as const,
  message,
  count,
  servers: [],
})
const figures = (change: Partial<Figures> = {}): Figures => ({
  count: 12,
  states: [{state: 'seeding', count: 12}],
  abilities: [],
  servers: [],
  ...change,
})
const context = (change: Partial<EntryContext> = {}): EntryContext => ({
  count: 12,
  objection: null,
  lookOnly: null,
  figures: figures(),
  facts: null,
  hasOthers: false,
  run: () => undefined,
  keysOf: ({keys}) => keys[0] ?? '',
  ...change,
})

function all(entries: readonly MenuEntry[]): readonly MenuAction[] {
  return entries.flatMap((it) => ('entries' in it ? all(it.entries) : 'onSelect' in it ? [it] : []))
}
const find = (id: string, given: EntryContext) => all(actionEntries(given)).find((it) => it.id === id)

test('what no torrent can take stays in the menu, and says why', () => {
  const abilities = [{verb: 'setSuperSeeding', possible: 0, reasons: [reason('Transmission has none.', 12)]}]
  const entry = find('superSeeding', context({figures: figures({abilities})}))
  expect(entry).toMatchObject({label: 'Super seeding', disabledReason: 'Transmission has none.'})
})

const some = {kind: 'some', names: new Set([`nas~${'a'.repeat(40)}`])} as const

/** Torrents on servers that one may only look at. */
function lookedAt(...servers: readonly (readonly [name: string, owner: string | null])[]): Figures {
  const ids = servers.map(([name]) => name)
  const no = {code: 'forbidden' as const, message: 'It takes the right.', count: 12, servers: ids}
  return figures({
    abilities: ['stop', 'remove'].map((verb) => ({verb, possible: 0, reasons: [no]})),
    servers: servers.map(([name, owner]) => ({
      server_id: name,
      server_name: name,
      owner,
      online: true,
      count: 1,
      size: 1,
    })),
  })
}

test('where the user may only look, the menu says so, whom to ask, and what they can do anyway', () => {
  const given = lookedAt(['nas', 'Mara'])
  const entries = actionEntries(context({figures: given, lookOnly: whyLookOnly(some, given, null)}))
  expect(entries[0]).toEqual({heading: 'You can view nas but not change it. Ask Mara, who owns it.'})
  expect(all(entries).map(({id}) => id)).toEqual(['copyName', 'copyMagnet', 'copyHash', 'copyPath'])
  expect(all(entries).every(({disabledReason}) => disabledReason === undefined)).toBe(true)
})

test('whose it is stands there only when that is known; of many servers how many they are', () => {
  const words = (given: Figures) => whyLookOnly(some, given, null)
  expect(words(lookedAt(['nas', null]))).toBe('You can view nas but not change it.')
  expect(words(lookedAt(['a', null], ['b', null], ['c', 'Mara']))).toBe(
    'You can view these 3 servers but not change them.',
  )
  expect(words(figures())).toBeNull()
})

test('that the user may only look is known before the server has evaluated the selection', () => {
  const at = (access: string) => [{server_id: 'nas', server_name: 'Attic', access}]
  expect(whyLookOnly(some, null, at('view'))).toBe('You can view Attic but not change it.')
  expect([whyLookOnly(some, null, at('control')), whyLookOnly(some, null, null)]).toEqual([null, null])
  const all = {kind: 'matching', q: '', servers: null, except: new Set<string>(), matched: 3} as const
  expect(whyLookOnly(all, null, at('view'))).toBe('You can view Attic but not change it.')
  const mixed = [...at('view'), {server_id: 'own', server_name: 'Own', access: 'own'}]
  expect(whyLookOnly(all, null, mixed)).toBeNull()
  expect(whyLookOnly({...all, servers: ['nas']}, null, mixed)).not.toBeNull()
})

test('of some that the user may only look at, the action says so', () => {
  const given = lookedAt(['nas', 'Mara'])
  expect(abilityOf(actions.stop, 12, given).reason).toBe(
    'You can view nas but not change it. Ask Mara, who owns it.',
  )
})

test('what some can take says for how many', () => {
  const abilities = [{verb: 'forceStart', possible: 11, reasons: [reason('Not on nas.', 1)]}]
  const entry = find('forceStart', context({figures: figures({abilities})}))
  expect(entry?.label).toBe('Force start for 11 of 12')
  expect(entry?.disabledReason).toBeUndefined()
})

test('as long as it is not known what can be done, nothing is held back', () => {
  const unknown = all(actionEntries(context({figures: null, count: 1})))
  expect(unknown.filter((it) => it.disabledReason !== undefined)).toEqual([])
})

test('renaming is of one torrent, copying and saving files of no more than a page can ask for', () => {
  expect(abilityOf(actions.rename, 2, null).reason).toBe('Works for one torrent at a time.')
  expect(abilityOf(actions.copyMagnet, 501, null).reason).toBe('Works for up to 500 torrents at a time.')
  expect(abilityOf(actions.export, 20, null).reason).toBe(null)
})

test('with a selection that cannot be sent to the server nothing can be done, and that is said', () => {
  const entries = all(actionEntries(context({objection: 'Too many names.'})))
  expect(entries.map((it) => it.disabledReason)).toEqual(entries.map(() => 'Too many names.'))
})

test('torrents that are gone can take nothing', () => {
  const abilities = [{verb: 'stop', possible: 0, reasons: []}]
  expect(abilityOf(actions.stop, 1, figures({count: 0, abilities})).reason).toContain('no longer exist')
})

test('one stopped torrent is started, one that runs is stopped, of several both can be done', () => {
  const stopped = figures({count: 1, states: [{state: 'stopped', count: 1}]})
  const running = figures({count: 1})
  const ids = (given: Figures, count: number) =>
    all(actionEntries(context({figures: given, count})))
      .map(({id}) => id)
      .filter((id) => id === 'start' || id === 'stop')
  expect(ids(stopped, 1)).toEqual(['start'])
  expect(ids(running, 1)).toEqual(['stop'])
  expect(ids(running, 12)).toEqual(['stop', 'start'])
})

test('the key stands at what it would do', () => {
  const stopped = figures({states: [{state: 'stopped', count: 12}]})
  expect(find('start', context({figures: stopped}))?.keys).toBe('s')
  expect(find('stop', context())?.keys).toBe('s')
})

test('stopped, broken and missing all can be started; one that waits runs', () => {
  const states = (...of: Figures['states'][number]['state'][]) => of.map((state) => ({state, count: 1}))
  expect(allStopped(figures({states: states('stopped', 'error', 'missingFiles')}))).toBe(true)
  expect(allStopped(figures({states: states('stopped', 'queuedDown')}))).toBe(false)
  expect(allStopped(null)).toBe(false)
})

test('every action has words, and no key twice', () => {
  const keys = Object.values(actions).flatMap((it) => it.keys)
  expect(new Set(keys).size).toBe(keys.length)
  for (const {label} of all(actionEntries(context()))) expect(label).not.toMatch(/^action\./)
})
