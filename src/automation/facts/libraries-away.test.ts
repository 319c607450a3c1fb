import {expect, test} from 'vitest'
import {asArrId, type ArrCheck, type ArrId} from '#model/arr.ts'
import {asServerId} from '#model/torrent-key.ts'
import {LibrariesAway} from './libraries-away.ts'

const [films, series, off] = ['films', 'series', 'off'] as ArrId[] as [ArrId, ArrId, ArrId]
const serverId = asServerId('A')
const red = {
  source: 'RootFolderCheck',
  level: 'error',
  message: 'Missing root folder: /media',
  holds: 'removals',
  about: {folders: ['/media']},
} as unknown as ArrCheck
const ofClient = {
  ...red,
  source: 'DownloadClientCheck',
  about: {clients: ['A'], others: []},
} as unknown as ArrCheck
const well = {
  isHeard: true,
  fault: null as string | null,
  checks: [] as readonly ArrCheck[] | null,
  unseen: [],
}

function harness() {
  const arrs = {
    [films]: {name: 'Films', category: 'films', ...well},
    [series]: {name: 'Series', category: 'series', ...well},
  } as Record<ArrId, {name: string; category: string} & typeof well>
  const checked: ArrId[] = []
  const world = {isSilent: false}
  const libraries = new LibrariesAway(
    {on: () => [{id: films}, {id: series}], of: (id) => arrs[id] ?? null},
    {isOff: (id) => id === off},
    {
      async ask(id) {
        checked.push(asArrId(id))
        if (world.isSilent) throw new Error('away')
        return undefined as never
      },
    },
  )
  return {arrs, checked, world, libraries}
}

for (const [what, change, is] of [
  ['is well', {}, null],
  ['does not see its root folder', {checks: [red]}, 'unseen'],
  ['does not see a client', {checks: [ofClient]}, null],
  ['does not answer', {fault: 'timed out'}, 'unreachable'],
  ['does not tell its checks', {checks: null}, 'unreachable'],
  ['was not heard yet', {isHeard: false, checks: null}, 'starting'],
] as const) {
  test(`S51 of what an Arr had that ${what} its library is ${is ?? 'seen'}`, async () => {
    const {arrs, libraries, checked} = harness()
    Object.assign(arrs[films]!, change)
    const away = libraries.of({serverId, arrId: films, category: null})
    expect(typeof away === 'string' ? away : (away?.is ?? null)).toBe(is)
    // What belongs to another Arr does not wait for it.
    expect(libraries.of({serverId, arrId: series, category: 'films'})).toBeNull()
    await libraries.now({serverId, arrId: films, category: null})
    expect(checked).toEqual([films])
  })
}

for (const [what, owned, isKept] of [
  ['in the category of that Arr', {category: 'films'}, true],
  ['in the category of another one', {category: 'series'}, false],
  ['in a category of nobody', {category: 'imported'}, true],
  ['without a category', {category: null}, true],
  ['of no Arr, in the category of that one', {arrId: null, category: 'Films'}, true],
  ['of no Arr, in a category of nobody', {arrId: null, category: 'iso'}, false],
  ['of an Arr that is off', {arrId: off, category: 'films'}, false],
  ['of an Arr that has another name since', {arrId: 'films-4k' as ArrId, category: 'films'}, true],
  [
    'of one that is gone, in the category of another one',
    {arrId: 'gone' as ArrId, category: 'series'},
    false,
  ],
  ['of one that is gone, in a category of nobody', {arrId: 'gone' as ArrId, category: 'iso'}, true],
] as const) {
  test(`S51 while one library is away, what was ${what} ${isKept ? 'is kept' : 'goes'}`, () => {
    const {arrs, libraries} = harness()
    Object.assign(arrs[films]!, {checks: [red]})
    expect(libraries.of({serverId, ...owned}) !== null).toBe(isKept)
  })
}

test('S51 an Arr that is unavailable for a check is not reached', async () => {
  const {libraries, world} = harness()
  world.isSilent = true
  expect(await libraries.now({serverId, arrId: films, category: null})).toMatchObject({is: 'unreachable'})
})
