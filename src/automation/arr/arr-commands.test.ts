import {expect, test} from 'vitest'
import type {ArrPort} from '#arr-client/api/port.ts'
import {
  asDownloadId,
  type ArrWish,
  type BlocklistRow,
  type HistoryRow,
  type ImportCandidate,
  type QueueDownload,
  type QueueRemoval,
  type QueueRow,
  type TrackedState,
} from '#model/arr.ts'
import type {ActionName} from '#model/rule.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrCommands} from './arr-commands.ts'

const downloadId = asDownloadId('a'.repeat(40))!

const good = {status: 'completed', result: 'successful', failure: '', message: ''} as const

function harness() {
  const clock = new VirtualClock()
  const wishes: ArrWish[] = []
  const port = {
    command: async (wish: ArrWish) => ({id: wishes.push(wish)}),
    commandState: async () => good,
  } as unknown as ArrPort
  const commands = new ArrCommands(port, clock, port)
  const wanted = (action: ActionName, inQueue: QueueDownload | null, params = {}) =>
    commands.ruleAction(
      {action, params, class: 'reversible', losesBytes: false},
      {downloadId, inQueue, isDry: false, why: 'Commodarr: Stalled (stalled).'},
    )
  return {clock, wishes, wanted}
}

function queued(state: TrackedState, outputPath = '/arr/sees/a'): QueueDownload {
  return {downloadId, media: [], rows: [{downloadId, state, outputPath} as QueueRow]}
}

test('B.8 on completion the Arr looks at once, and once for all that finish within a second', async () => {
  const {clock, wishes, wanted} = harness()
  const together = [wanted('arr.refresh', null), wanted('arr.refresh', null)]
  await clock.advance(100)
  expect((await Promise.all(together)).map(({change}) => change?.args)).toEqual([{command: 1}, {command: 1}])
  expect(wishes).toEqual([{what: 'refreshDownloads'}])
  const second = wanted('arr.refresh', null)
  await clock.advance(800)
  const third = wanted('arr.refresh', null)
  expect(wishes).toHaveLength(1)
  await clock.advance(200)
  await Promise.all([second, third])
  expect(wishes).toHaveLength(2)
})

for (const [mode, sent] of [
  ['auto', 'copy'],
  [undefined, 'copy'],
  ['copy', 'copy'],
  ['move', 'move'],
] as const) {
  test(`B.8 a scan carries the path as the Arr sees it and the id in capitals, ${mode} as ${sent}`, async () => {
    const {wishes, wanted} = harness()
    await wanted('arr.import', queued('importPending'), mode && {mode})
    expect(wishes).toEqual([
      {what: 'scanDownload', path: '/arr/sees/a', downloadId: 'A'.repeat(40), mode: sent},
    ])
  })
}

for (const [title, inQueue] of [
  ['is not in the queue', null],
  ['is there without a path', queued('importPending', '')],
  ['is being imported', queued('importing')],
  ['is imported', queued('imported')],
  ['is still downloading', queued('downloading')],
] as const) {
  test(`B.8 nothing is scanned that ${title}: the Arr would take the folder for its own`, async () => {
    const {wishes, wanted} = harness()
    await expect(wanted('arr.import', inQueue, {mode: 'move'})).rejects.toMatchObject({
      code: 'command_refused',
    })
    expect(wishes).toEqual([])
  })
}

const film = {kind: 'movie', id: 17} as QueueDownload['media'][number]
const episode = {kind: 'episode', id: 5, parentId: 3} as QueueDownload['media'][number]

const grabOf = (media: HistoryRow['media']) => ({
  id: 1,
  at: 5,
  event: 'grabbed',
  title: 'Film.BAD',
  downloadId,
  media,
  interactive: false,
})

/** An Arr that notes what it is told beside commands. */
function recordingHarness(monitored: ReadonlySet<number> = new Set([17])) {
  const calls: unknown[][] = []
  const note =
    (what: string, answer?: unknown) =>
    async (...said: unknown[]) => {
      calls.push([what, ...said])
      return answer
    }
  const port = {
    command: note('command', {id: 70}),
    setMonitored: note('setMonitored'),
    setProfile: note('setProfile'),
    removeFromQueue: note('removeFromQueue', true),
    historyOf: async () => [grabOf(film)],
    downloadHandling: async () => ({searchesAfterFailure: true, searchesAfterInteractiveFailure: true}),
    qualityProfiles: async () => [{id: 4, name: 'HD'}],
    item: async (id: number) =>
      id === 404 ? null : {id, kind: id === 17 ? 'movie' : 'series', monitored: monitored.has(id)},
    itemsOf: async () => [5, 6].map((id) => ({id, monitored: monitored.has(id)})),
  } as unknown as ArrPort
  const commands = new ArrCommands(port, new VirtualClock(), port)
  const act = (action: ActionName, media: QueueDownload['media'] | null, params = {}, isDry = false) => {
    const rows = [{id: 9, downloadId} as QueueRow]
    const inQueue = media && {...queued('downloading'), media, rows}
    return commands.ruleAction(
      {action, params, class: 'reversible', losesBytes: false},
      {downloadId, inQueue, isDry, why: ''},
    )
  }
  return {act, calls}
}

for (const [action, params, media, commands, change] of [
  ['arr.rssSync', {}, null, ['command', {what: 'rssSync'}], {command: 70}],
  ['arr.monitor', {on: false}, [film], ['setMonitored', [17], false], {items: ['movie/17'], on: false}],
  ['arr.profile', {name: 'HD'}, [episode], ['setProfile', [3], 4], {items: ['episode/5'], profile: 'HD'}],
  [
    ...(['arr.blocklist', {search: false}, [film]] as const),
    [
      'removeFromQueue',
      9,
      expect.objectContaining({blocklist: true, removeFromClient: false, skipRedownload: true}),
    ],
    {download: downloadId, title: 'Film.BAD', items: ['movie/17'], grabbedAt: 5},
  ],
  [
    ...(['arr.queueRemove', {}, [film]] as const),
    ['removeFromQueue', 9, expect.objectContaining({blocklist: false, removeFromClient: false})],
    {download: downloadId, items: ['movie/17'], row: 9},
  ],
] as readonly (readonly [ActionName, object, QueueDownload['media'] | null, unknown[], object])[]) {
  test(`${action} ${JSON.stringify(params)} is sent to the Arr once, with what it is for, and by its ids`, async () => {
    const harness = recordingHarness()
    const end = await harness.act(action, media, params)
    expect(harness.calls).toEqual([commands])
    expect(end).toMatchObject({
      change: {args: change, message: expect.stringMatching(/its Arr/i)},
      owed: null,
    })
  })
}

test.each(['arr.blocklist', 'arr.queueRemove'] as const)(
  '%s that is only looked at says what it would do, and does nothing',
  async (action) => {
    const harness = recordingHarness()
    const would = await harness.act(action, [film], {search: false}, true)
    expect(harness.calls).toEqual([])
    expect(await harness.act(action, [film], {search: false})).toEqual(would)
    expect(harness.calls).toHaveLength(1)
  },
)

for (const [action, params] of [
  ['arr.search', {}],
  ['arr.monitor', {on: true}],
  ['arr.profile', {name: 'HD'}],
] as const) {
  test(`${action} of what belongs to nothing that is known is refused`, async () => {
    const {act, calls: reported} = recordingHarness()
    await expect(act(action, [], params)).rejects.toMatchObject({code: 'command_refused'})
    expect(reported).toEqual([])
  })
}

test('a profile that the Arr does not have is refused by its name', async () => {
  const {act, calls: reported} = recordingHarness()
  await expect(act('arr.profile', [film], {name: 'UHD'})).rejects.toThrow('no quality profile UHD')
  expect(reported).toEqual([])
})

test('what happened last to a download is decided by the numbers of its history, as clocks are set back', async () => {
  const row = (id: number, at: number, event: HistoryRow['event']) =>
    ({id, at, event, downloadId, media: null, interactive: false}) as unknown as HistoryRow
  const history = [row(3, 900, 'grabbed'), row(5, 100, 'grabbed')]
  const port = {
    historyOf: () => Promise.resolve(history),
    downloadHandling: () => Promise.resolve({autoRedownloadFailed: true}),
  } as unknown as ArrPort
  const commands = new ArrCommands(port, new VirtualClock(), port)
  expect(await commands.grab(downloadId)).toMatchObject({at: 100, isImportedInPart: false})
  history.push(row(4, 950, 'failed'))
  expect(await commands.isFailed(downloadId, 100)).toBe(false)
  history.push(row(7, 50, 'failed'), row(8, 60, 'imported'))
  expect(await commands.isFailed(downloadId, 100)).toBe(true)
  expect(await commands.grab(downloadId)).toMatchObject({at: 100, isImportedInPart: true})
})

/**
 * What the history of an Arr has of a download, and what it is told.
 * @param late it finds it in its queue only when it is told to look
 */
function failing(history: readonly Partial<HistoryRow>[], searchesAfterFailure: boolean, late = false) {
  const clock = new VirtualClock()
  const reported: unknown[] = []
  const said: string[] = []
  const looks = {left: 3}
  const port = {
    historyOf: async () => history.map((row, at) => ({id: at + 1, at, downloadId, media: film, ...row})),
    downloadHandling: async () => ({searchesAfterFailure, searchesAfterInteractiveFailure: false}),
    removeFromQueue: async (_: number, {skipRedownload, blocklist, message = ''}: QueueRemoval) => {
      reported.push({skipRedownload, blocklist})
      said.push(message)
      return true
    },
    markFailed: async (id: number) => void reported.push({markFailed: id}),
    command: async ({what}: ArrWish) => ({id: 70, what}),
    commandState: async () => ({status: looks.left-- > 0 ? 'started' : 'completed'}),
    queue: async () => [{id: 8, downloadId: null}, ...(late && looks.left < 0 ? rows : [])],
  } as unknown as ArrPort
  const commands = new ArrCommands(port, clock, port)
  const rows = [{id: 9, downloadId} as QueueRow]
  const inQueue = {downloadId, rows, media: [film]}
  const inTime = async <T>(work: Promise<T>): Promise<T> => {
    const [end] = await Promise.allSettled([work, clock.advance(70_000)])
    if (end.status === 'rejected') throw end.reason
    return end.value
  }
  const blocklist = (searchAgain: boolean, isQueued = true) =>
    inTime(commands.act({what: 'blocklist', downloadId, searchAgain}, () => (isQueued ? inQueue : null)))
  const owes = (searchAgain: boolean, isQueued = true) =>
    commands.owes({downloadId, inQueue: isQueued ? inQueue : null}, searchAgain)
  const ignore = (queued: QueueDownload | null) => commands.act({what: 'ignore', downloadId}, () => queued)
  const byRule = () =>
    commands.ruleAction(
      {action: 'arr.blocklist', params: {}, class: 'reversible', losesBytes: false},
      {downloadId, inQueue, isDry: false, why: 'Commodarr: Stalled (stalled).'},
    )
  return {reported, said, blocklist, owes, ignore, byRule, inQueue, looks, clock}
}

const grabbed = {event: 'grabbed', interactive: false} as const
const owed = {media: ['movie/17'], failure: `${downloadId} 0`, given: {downloadId, grabbedAt: 0}}
for (const [what, search, arrSearches, interactive, isQueued, command, searchOurs] of [
  ['let search', true, true, false, true, {skipRedownload: false, blocklist: true}, null],
  ['told not to', true, false, false, true, {skipRedownload: true, blocklist: true}, owed],
  ['told not to', true, true, true, true, {skipRedownload: true, blocklist: true}, owed],
  ['told not to', false, true, false, true, {skipRedownload: true, blocklist: true}, null],
  ['let search', true, true, false, false, {markFailed: 1}, null],
  ['told', true, false, false, false, {markFailed: 1}, owed],
] as const) {
  const how = `search ${search}, of an Arr that would ${arrSearches}, picked by hand ${interactive}, queued ${isQueued}`
  test(`blocklisting with a ${how}: it is ${what}, and we search ${searchOurs !== null}`, async () => {
    const harness = failing([{...grabbed, interactive}], arrSearches)
    expect([await harness.owes(search, isQueued), harness.reported]).toEqual([searchOurs, []])
    await harness.blocklist(search, isQueued)
    expect(harness.reported).toEqual([command])
  })
}

for (const search of [true, false]) {
  test(`what its Arr finds when it has to look is blocklisted by its row, with a search ${search}`, async () => {
    const harness = failing([grabbed], true, true)
    await harness.blocklist(search, false)
    expect(harness.reported).toEqual([{skipRedownload: !search, blocklist: true}])
    expect(harness.looks.left).toBeLessThan(0)
  })
}

test('who reads the history of the Arr finds who gave it up', async () => {
  const harness = failing([grabbed], true)
  await harness.blocklist(true)
  await harness.ignore(harness.inQueue)
  await harness.byRule()
  const person = 'Commodarr: a person gave it up.'
  expect(harness.said).toEqual([person, person, 'Commodarr: Stalled (stalled).'])
})

test('an Arr that looks for long is waited for a minute, and what it did not find by then is marked', async () => {
  const harness = failing([grabbed], true, true)
  harness.looks.left = 1_000
  await harness.blocklist(true, false)
  expect(harness.reported).toEqual([{markFailed: 1}])
  expect(1_000 - harness.looks.left).toBe(8)
})

test('what was blocklisted already is not blocklisted again: a person gets a message, for a rule it is done', async () => {
  const {reported, blocklist, byRule} = failing([grabbed, {event: 'failed'}], true)
  await expect(blocklist(true)).rejects.toThrow('blocklisted it already')
  expect(await byRule()).toEqual({change: null, owed: null})
  expect(reported).toEqual([])
})

test('what no Arr grabbed, and what could not be searched, is not blocklisted', async () => {
  const none = failing([], true)
  await expect(none.blocklist(true)).rejects.toThrow('did not grab it')
  const unknown = failing([{...grabbed, media: null}], false)
  await expect(unknown.blocklist(true)).rejects.toThrow('none could be searched')
  expect([none.reported, unknown.reported]).toEqual([[], []])
})

test('an Arr is asked to ignore what is in its queue and what it knows, of all else that is said', async () => {
  const {reported, ignore, inQueue} = failing([grabbed], true)
  await expect(ignore(null)).rejects.toThrow('not in the queue')
  await expect(ignore({...inQueue, media: []})).rejects.toThrow('does not know what it is')
  expect(reported).toEqual([])
  await ignore(inQueue)
  expect(reported).toEqual([{skipRedownload: true, blocklist: false}])
})

for (const [what, monitored, media, searched] of [
  ['a film that nobody monitors', [], [film], null],
  ['a film that is gone', [404], [{...film, id: 404}], null],
  ['an episode of a series that nobody monitors', [5], [episode], null],
  ['episodes of which one is monitored', [3, 6], [episode, {...episode, id: 6}], ['episode/6']],
] as const) {
  test(`of ${what} ${searched ? 'that one' : 'nothing'} is searched`, async () => {
    const asked = recordingHarness(new Set(monitored)).act('arr.search', media)
    if (searched) expect((await asked).owed).toMatchObject({media: searched})
    else await expect(asked).rejects.toThrow('None of its items is monitored there')
  })
}

test('what a rule wants searched is sent to the counter of searches, and not to the Arr', async () => {
  const harness = recordingHarness()
  expect(await harness.act('arr.search', [film])).toEqual({
    change: null,
    owed: {media: ['movie/17'], failure: '', given: null},
  })
  expect(harness.calls).toEqual([])
})

test('an entry of a blocklist is found by its name, what it is for, and when: all others stay', async () => {
  const row = (id: number, more: Partial<BlocklistRow> = {}) => ({
    id,
    at: 5_000,
    title: 'Film.BAD',
    items: [17],
    ...more,
  })
  const rows = [
    row(1),
    row(2, {title: 'Film.GOOD'}),
    row(3, {items: [18]}),
    row(4, {at: 3_000}),
    row(5, {at: 4_500}),
    row(6, {at: null}),
    row(7),
  ]
  const gone: number[] = []
  const port = {
    blocklist: async (take: (it: BlocklistRow) => void) => rows.forEach(take),
    // Somebody else took the last one away meanwhile.
    removeFromBlocklist: async (id: number) => id !== 7 && gone.push(id) > 0,
  } as unknown as ArrPort
  const commands = new ArrCommands(port, new VirtualClock(), port)
  expect(await commands.unblock({title: 'Film.BAD', items: ['movie/17'], grabbedAt: 5_000})).toBe(3)
  expect(gone).toEqual([1, 5, 6])
  gone.length = 0
  await commands.unblock({title: 'Film.BAD', items: [], grabbedAt: 5_000})
  expect(gone).toEqual([1, 3, 5, 6])
})

test('a rule finds in the journal who searches for what it gave up, and what is the same again', async () => {
  const message = async (searchesAfter: boolean, params: object) => {
    const port = {
      historyOf: async () => [grabOf(film)],
      downloadHandling: async () => ({searchesAfterFailure: searchesAfter}),
      removeFromQueue: async () => true,
    } as unknown as ArrPort
    const commands = new ArrCommands(port, new VirtualClock(), port)
    const action = {action: 'arr.blocklist', params, class: 'reversible', losesBytes: false} as const
    const inQueue = queued('downloading')
    const {change} = await commands.ruleAction(action as never, {
      downloadId,
      inQueue,
      isDry: false,
      why: 'Commodarr: Stalled (stalled).',
    })
    expect(change!.sameAs).toBe(`${downloadId} 5`)
    return change!.message
  }
  expect(await message(true, {})).toContain('searches again automatically')
  expect(await message(false, {})).toContain('searched again by us')
  expect(await message(false, {search: false})).toContain('nothing is searched')
})

const quality = {quality: {id: 3, name: 'WEBDL-1080p'}}
const languages = [{id: 1, name: 'English'}]
const one = {kind: 'episode', id: 5, parentId: 3} as const
const two = {...one, id: 6}
const fileOf = (path: string, media: readonly object[], more: object = {}) =>
  ({
    path,
    size: 100,
    media,
    downloadId: null,
    rejections: [],
    sendBack: {quality, languages},
    ...more,
  }) as ImportCandidate

/** An Arr that is to import what it would not. @param ends of its command, look by look */
function importing(
  found: readonly ImportCandidate[],
  ends: readonly object[] = [good],
  {media = [one] as readonly object[], grabs = [one] as readonly object[], comesIn = true} = {},
) {
  const clock = new VirtualClock()
  const wishes: ArrWish[] = []
  let looks = 0
  const rowsOf = (event: string, of: readonly object[], from: number) =>
    of.map((it, at) => ({id: from + at, at: from + at, event, media: it, downloadId}))
  const port = {
    importCandidates: async () => found,
    grabbedQuality: async () => (grabs.length > 0 ? {quality, languages} : null),
    historyOf: async () => [
      ...rowsOf('grabbed', grabs, 1),
      ...(comesIn && wishes.length > 0 ? rowsOf('imported', [one], 10) : []),
    ],
    command: async (wish: ArrWish) => ({id: 100 + wishes.push(wish)}),
    commandState: async () => ends[Math.min(looks++, ends.length - 1)],
  } as unknown as ArrPort
  const commands = new ArrCommands(port, clock, port)
  const queued = (state: TrackedState) =>
    ({downloadId, media, rows: [{downloadId, state} as QueueRow]}) as QueueDownload
  const act = async (
    state: TrackedState = 'importBlocked',
    mode: 'auto' | 'move' = 'auto',
    isProven?: true,
  ) => {
    const work = commands.act({what: 'importAnyway', downloadId, mode, ...(isProven && {isProven})}, () =>
      queued(state),
    )
    const [end] = await Promise.allSettled([work, clock.advance(70_000)])
    if (end.status === 'rejected') throw end.reason
  }
  const sent = () =>
    wishes.flatMap((wish) =>
      wish.what === 'import'
        ? wish.files.map(({path, media: its, downloadId: id, sendBack}) => [
            path,
            its.map((it) => it.id),
            id === downloadId,
            sendBack['quality'] === quality,
          ])
        : [],
    )
  return {act, sent, wishes, prove: () => commands.importProof(downloadId)}
}

test('what a file name does not say is taken from the grab, where nothing else can be meant', async () => {
  const unread = fileOf('/a/b0f3.mkv', [{...one, id: 0}], {sendBack: {languages: []}})
  const harness = importing([unread])
  await harness.act()
  expect(harness.sent()).toEqual([['/a/b0f3.mkv', [5], true, true]])
})

test('what is proven has each of its files known by its name or its grab, and nothing against it but that', async () => {
  const byId = {code: null, text: 'Release was matched to series by ID', permanent: true}
  for (const [found, more, doubt] of [
    [[fileOf('/a/1.mkv', [one], {rejections: [byId]})], {}, null],
    [[fileOf('/a/1.mkv', [one]), fileOf('/a/x.mkv', [])], {grabs: [one, two]}, null],
    [[fileOf('/a/1.mkv', [one]), fileOf('/a/x.mkv', [])], {}, 'What x.mkv is cannot be read'],
    [[fileOf('/a/2.mkv', [two])], {}, '2.mkv is for something else'],
    [[fileOf('/a/1.mkv', [one], {rejections: [{...byId, text: 'Sample'}]})], {}, '1.mkv: Sample.'],
    [
      [fileOf('/a/1.mkv', [one], {rejections: [{...byId, text: 'Something new'}]})],
      {},
      '1.mkv: Something new.',
    ],
    [[fileOf('/a/1.mkv', [one]), fileOf('/a/1 again.mkv', [one])], {}, 'several files for one item'],
    [[], {}, 'finds no file of it'],
    [[fileOf('/a/1.mkv', [one])], {grabs: []}, 'did not grab it'],
    [[fileOf('/a/1.flac', [one], {sendBack: {quality, trackIds: []}})], {}, 'quality or the tracks'],
  ] as const) {
    const {prove, act, wishes} = importing(found, [good], more)
    const proof = await prove()
    if (doubt === null) {
      expect(proof).toEqual({files: found.length, doubt: null})
      await act('importBlocked', 'auto', true)
      expect(wishes).toHaveLength(1)
    } else {
      expect(proof.doubt).toContain(doubt)
      await expect(act('importBlocked', 'auto', true)).rejects.toMatchObject({
        code: 'command_refused',
        message: expect.stringContaining(doubt),
      })
      expect(wishes).toEqual([])
    }
  }
})

test('the files of a torrent are not moved away from it, also where a person wants it', async () => {
  const harness = importing([fileOf('/a/1.mkv', [one])])
  await expect(harness.act('importBlocked', 'move')).rejects.toMatchObject({code: 'command_refused'})
  expect(harness.wishes).toEqual([])
})

test('of a pack the one file that cannot be read is what is left of it', async () => {
  const harness = importing([fileOf('/a/1.mkv', [one]), fileOf('/a/x.mkv', [])], [good], {media: [one, two]})
  await harness.act()
  expect(harness.sent()).toEqual([
    ['/a/1.mkv', [5], true, true],
    ['/a/x.mkv', [6], true, true],
  ])
})

test('what left the queue is named by its grab', async () => {
  const harness = importing([fileOf('/a/x.mkv', [])], [good], {media: []})
  await harness.act()
  expect(harness.sent()).toEqual([['/a/x.mkv', [5], true, true]])
})

test('of two files of one film the larger one is it, and the other a sample', async () => {
  const harness = importing([
    fileOf('/a/sample.mkv', [film], {size: 9}),
    fileOf('/a/film.mkv', [film], {size: 900}),
  ])
  await harness.act()
  expect(harness.sent().map(([path]) => path)).toEqual(['/a/film.mkv'])
})

const twoUnread = [fileOf('/a/x.mkv', []), fileOf('/a/y.mkv', [])]
const noQuality = fileOf('/a/x.mkv', [one], {sendBack: {}})
for (const [what, found, more, words] of [
  ['two files cannot be read', twoUnread, {media: [one, two]}, 'which item they are is not known'],
  [
    'nobody grabbed it, and no quality is told',
    [noQuality],
    {grabs: []},
    'their quality or tracks are not known',
  ],
  ['nobody knows what it is', [twoUnread[0]!], {media: [], grabs: []}, 'which item they are is not known'],
  ['no file is found', [], {}, 'finds no file of it'],
  ['a track is not known', [fileOf('/a/1.flac', [one], {sendBack: {quality, trackIds: []}})], {}, 'tracks'],
] as const) {
  test(`nothing is imported anyway where ${what}`, async () => {
    const harness = importing(found, [good], more)
    await expect(harness.act()).rejects.toMatchObject({
      code: 'command_refused',
      message: expect.stringContaining(words),
    })
    expect(harness.wishes).toEqual([])
  })
}

test('what is on its way is not imported anyway', async () => {
  const harness = importing([fileOf('/a/1.mkv', [one])])
  await expect(harness.act('downloading')).rejects.toMatchObject({message: 'It has not come in yet.'})
  expect(harness.wishes).toEqual([])
})

const running = {status: 'started', result: 'unknown', failure: '', message: ''}
for (const [what, ends, more, code, words] of [
  [
    'fails',
    [running, {...running, status: 'failed', failure: 'Expected one season, but found none'}],
    {},
    'command_refused',
    'ended as failed: Expected one season, but found none.',
  ],
  [
    'achieves nothing',
    [{...good, result: 'unsuccessful', message: 'No'}],
    {},
    'command_refused',
    'achieved nothing: No.',
  ],
  [
    'is cut off by a restart',
    [{...running, status: 'orphaned'}],
    {},
    'command_refused',
    'ended as orphaned.',
  ],
  ['ends well, and nothing came in', [good], {comesIn: false}, 'command_refused', 'imported nothing'],
  ['does not end', [running], {}, 'unconfirmed', 'has not ended it yet'],
] as const) {
  test(`an import that ${what} is not said to be done`, async () => {
    const harness = importing([fileOf('/a/1.mkv', [one])], ends, more)
    await expect(harness.act()).rejects.toMatchObject({code, message: expect.stringContaining(words)})
  })
}

test('what an Arr is only to begin is waited for as long as it may fail at once', async () => {
  const failed = {...running, status: 'failed', failure: 'Boom'}
  for (const [end, isRefused] of [
    [failed, true],
    [running, false],
    [good, false],
  ] as const) {
    const clock = new VirtualClock()
    const port = {command: async () => ({id: 7}), commandState: async () => end} as unknown as ArrPort
    const work = new ArrCommands(port, clock, port).act({what: 'rssSync'}, () => null)
    const [reported] = await Promise.allSettled([work, clock.advance(6_000)])
    expect(reported.status).toBe(isRefused ? 'rejected' : 'fulfilled')
  }
})

test('a scan that brought nothing in is no action of a rule', async () => {
  const clock = new VirtualClock()
  const end = {...good, result: 'unsuccessful'}
  const port = {command: async () => ({id: 7}), commandState: async () => end} as unknown as ArrPort
  const done = new ArrCommands(port, clock, port).ruleAction(
    {action: 'arr.import', params: {}, class: 'reversible', losesBytes: false},
    {downloadId, inQueue: queued('importPending'), isDry: false, why: ''},
  )
  await expect(done).rejects.toMatchObject({code: 'command_refused'})
})
