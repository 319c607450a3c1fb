import {expect, test} from 'vitest'
import {classOfText} from '#arr-client/reject-class.ts'
import {DAY} from '#model/units.ts'
import {Passes} from '../pass.fixture.ts'
import type {Row} from '../world.fixture.ts'
import {erroredRules} from './errored.ts'
import {extraFileRules} from './extra-files.ts'
import {failedCategoryRules, failedWithoutArrRules} from './failed-category.ts'
import {fileRules} from './files.ts'
import {importRules} from './import.ts'
import {importRejectedRules} from './import-rejected.ts'
import {importWaitsRules} from './import-waits.ts'
import type {InheritedSection} from './inherited.ts'
import {anArr, aTracker, owned, ruleNamed, unsound, wants} from './inherited.fixture.ts'
import {mediaRules} from './media.ts'
import {missingFilesRules} from './missing-files.ts'
import {arrPresets, categoryPresets} from './presets.ts'
import {recheckCategoryRules, recheckWithoutArrRules} from './recheck-category.ts'
import {scoreRules, worseThanFileRules} from './score.ts'

const full = anArr({
  stalledDelay: 900,
  maximumEta: 3600,
  filtersFiles: true,
  probesMedia: true,
  clearsFolders: true,
  asksScore: true,
  searchesUnmetScores: true,
  errorMessages: ['Not an upgrade for existing movie file(s)', ' ', 'Sample'],
  maxRatio: 2,
  removal: 1,
  downRate: null,
  upRate: 1024,
  trackers: [aTracker('one.test', {maxRatio: 3, tags: ['x'], superSeed: true})],
})
const row: Row = {
  ...owned,
  'memory.filtered': false,
  'arr.anyImported': false,
  age: 180,
  complete: true,
  hasMetadata: true,
}
/** Managed categories of a server, without an Arr. */
const books: InheritedSection = {
  ...full,
  section: 'qBit',
  arrId: null,
  servers: ['qBit'],
  categories: ['books'],
  spellings: ['books'],
  subcategories: true,
  exceptCategories: ['books/mine'],
}
const fail = (search: boolean, blocklist = true) => [{action: 'failDownload', params: {search, blocklist}}]

for (const [changes, verdict] of [
  [{}, 'yes'],
  [{'extraFiles.count': 0}, 'no'],
  [{'extraFiles.count': undefined}, 'unknown'],
  [{'arr.importedEvidence': null}, 'no'],
  [{'arr.importedEvidence': undefined}, 'unknown'],
  [{complete: false}, 'no'],
  [{state: 'moving'}, 'no'],
  [{sinceCompleted: 30 * DAY}, 'yes'],
  [{sinceCompleted: 30 * DAY + 1}, 'no'],
  [{'arr.id': 'Sonarr'}, 'no'],
  [{tags: ['commodarr-ignore']}, 'no'],
] as const) {
  test(`B.7 AutoDelete, ${JSON.stringify(changes)}: its folder is cleared is ${verdict}`, () => {
    const [rule] = extraFileRules(full)
    const imported = {'arr.importedEvidence': 'history/1', 'extraFiles.count': 2, sinceCompleted: DAY}
    expect(wants(rule!, {...row, ...imported, state: 'seeding', ...changes} as Row)).toBe(verdict)
  })
}

test('B.7 without AutoDelete no folder is cleared', () => {
  expect(extraFileRules({...full, clearsFolders: false})).toEqual([])
})

for (const [changes, verdict] of [
  [{category: 'failed'}, 'yes'],
  // On most servers that is another category, and may be somebody's own.
  [{category: 'Failed'}, 'no'],
  [{category: 'failed/tv'}, 'no'],
  [{category: 'failed', age: 179}, 'no'],
  [{category: 'failed', age: undefined}, 'unknown'],
  [{category: 'failed', 'arr.id': 'Sonarr'}, 'no'],
  [{category: 'failed', tags: ['commodarr-ignore']}, 'no'],
  // Its Arr put it there, which means nothing; or nobody knows yet where that puts torrents.
  [{category: 'failed', 'arr.usesCategory': true}, 'no'],
  [{category: 'failed', 'arr.usesCategory': undefined}, 'unknown'],
  [{}, 'no'],
] as const) {
  test(`B.6 FailedCategory, ${JSON.stringify(changes)}: failed is ${verdict}`, () => {
    const [rule] = failedCategoryRules(full)
    expect(wants(rule!, {...row, ...changes} as Row)).toBe(verdict)
  })
}

test('B.6 ReSearch decides about the search; without an Arr nothing is sent', () => {
  expect(failedCategoryRules(full)[0]!.do).toEqual(fail(true))
  expect(failedCategoryRules({...full, searchesAgain: false})[0]!.do).toEqual(fail(false))
  expect(failedWithoutArrRules(books)[0]).toMatchObject({id: 'qbit.failed-category', do: fail(false, false)})
})

for (const [before, verdict] of [
  ['books', 'yes'],
  ['books/old', 'yes'],
  ['books/mine', 'no'],
  ['books/mine/too', 'no'],
  ['booksellers', 'no'],
  ['films', 'no'],
  [null, 'no'],
  [undefined, 'no'],
] as const) {
  test(`B.6 without an Arr, what came from ${before} is failed or checked: ${verdict}`, () => {
    const moved = {...row, 'arr.id': null, 'memory.categoryBefore': before} as Row
    for (const [rules, category] of [
      [failedWithoutArrRules(books), 'failed'],
      [recheckWithoutArrRules(books), 'recheck'],
    ] as const) {
      expect(unsound(rules)).toEqual([])
      const verdictOf = (changes: Partial<Row>) => wants(rules[0]!, {...moved, category, ...changes})
      expect(verdictOf({})).toBe(verdict)
      expect(verdictOf({category: 'books'})).toBe('no')
      expect(verdictOf({age: 179})).toBe('no')
      expect(verdictOf({'arr.id': 'Radarr-4K'})).toBe('no')
      expect(verdictOf({'server.id': 'other'})).toBe('no')
    }
  })
}

test('B.6 what its Arr moved to the category for checks after the import is not checked', () => {
  for (const rule of recheckCategoryRules(full)) {
    const moved = {
      ...row,
      category: 'recheck',
      'memory.categoryBefore': null,
      'arr.usesCategory': true,
    } as Row
    expect(wants(rule, moved)).toBe('no')
    expect(wants(rule, {...moved, 'memory.categoryBefore': 'films'})).toBe('no')
  }
})

test('B.6 without subcategories only what came from the very category is meant', () => {
  const [rule] = failedWithoutArrRules({...books, subcategories: false, exceptCategories: []})
  const moved = {...row, 'arr.id': null, category: 'failed'} as Row
  expect(wants(rule!, {...moved, 'memory.categoryBefore': 'books'})).toBe('yes')
  expect(wants(rule!, {...moved, 'memory.categoryBefore': 'books/old'})).toBe('no')
})

test('B.6 where the categories for failures and checks have no name there is no rule about them', () => {
  const nameless = {...books, failedCategory: '', recheckCategory: ''}
  expect([...failedWithoutArrRules(nameless), ...recheckWithoutArrRules(nameless)]).toEqual([])
})

for (const [before, back, home] of [
  ['films/old', 'yes', 'no'],
  [null, 'no', 'yes'],
  [undefined, 'no', 'unknown'],
] as const) {
  test(`B.6 RecheckCategory checks once, then back from ${before}: ${back}, else to its Arr's: ${home}`, () => {
    const rules = recheckCategoryRules(full)
    const moved = {...row, category: 'recheck', 'memory.categoryBefore': before} as Row
    expect(rules.map((rule) => wants(rule, moved))).toEqual([back, home])
    expect(rules.map((rule) => wants(rule, {...moved, age: 179}))).toEqual(['no', 'no'])
    expect(rules.map((rule) => wants(rule, {...moved, category: 'films'}))).toEqual(['no', 'no'])
    const check = {action: 'recheck', params: {}}
    expect(rules.map((rule) => rule.do)).toEqual([
      [check, {action: 'category', params: {name: {fact: 'memory.categoryBefore'}}}],
      [check, {action: 'category', params: {name: 'radarr-4k'}}],
    ])
  })
}

for (const [changes, verdict] of [
  [{}, 'yes'],
  [{'arr.scoreMet': true}, 'no'],
  [{'arr.scoreMet': undefined}, 'unknown'],
  [{complete: true}, 'no'],
  [{'arr.queuePresent': false}, 'no'],
  [{'arr.pickedByHand': true}, 'no'],
  [{'arr.pickedByHand': undefined}, 'unknown'],
  [{age: 179}, 'no'],
] as const) {
  test(`B.11 ForceMinimumCustomFormat, ${JSON.stringify(changes)}: failed is ${verdict}`, () => {
    const [rule] = scoreRules(full)
    const low = {
      ...row,
      complete: false,
      'arr.queuePresent': true,
      'arr.scoreMet': false,
      'arr.pickedByHand': false,
    }
    expect(wants(rule!, {...low, ...changes} as Row)).toBe(verdict)
    expect(rule!.do).toEqual(fail(true))
    expect(scoreRules({...full, asksScore: false})).toEqual([])
  })
}

const worse = {
  ...row,
  complete: false,
  progress: 0.5,
  'arr.queuePresent': true,
  'arr.worseThanFile': true,
  'arr.pickedByHand': false,
} as Row

for (const [title, changes, verdict, withMinimum] of [
  ['Q41 what scores less than its file', {}, 'yes', 'yes'],
  ['Q41 what is better than its file', {'arr.worseThanFile': false}, 'no', 'no'],
  ['Q41 what scores less, and enough', {'arr.scoreMet': true}, 'yes', 'no'],
  ['Q42 what is not known to be worse', {'arr.worseThanFile': undefined}, 'unknown', 'unknown'],
  ['Q42 what a person picked', {'arr.pickedByHand': true}, 'no', 'no'],
  ['Q42 what nobody saw grabbed', {'arr.pickedByHand': undefined}, 'unknown', 'unknown'],
  ['what is complete', {complete: true}, 'no', 'no'],
  ['what is nearly complete', {progress: 0.96}, 'no', 'no'],
  ['what is not in the queue', {'arr.queuePresent': false}, 'no', 'no'],
  ['what is young', {age: 179}, 'no', 'no'],
] as const) {
  test(`${title}: given up is ${verdict}`, () => {
    const of = {...worse, 'arr.scoreMet': false, ...changes} as Row
    const [alone] = worseThanFileRules({...full, asksScore: false})
    const [both] = worseThanFileRules(full)
    expect([wants(alone!, of), wants(both!, of)]).toEqual([verdict, withMinimum])
    expect(both!.do).toEqual(fail(true))
    expect(worseThanFileRules({...full, searchesUnmetScores: false})).toEqual([])
  })
}

for (const [title, changes, found, gone] of [
  ['S32 all of them are seen', {'path.filesFound': 1}, 'yes', 'no'],
  ['S32 some of them are seen', {'path.filesFound': 0.1}, 'yes', 'no'],
  ['S32 none of them is there', {'path.filesFound': 0}, 'no', 'yes'],
  ['nobody looked yet', {}, 'unknown', 'unknown'],
  ['S08 disk away', {why: {'path.filesFound': 'unreadable'}}, 'unknown', 'unknown'],
  ['S32 a disk of another machine', {why: {'path.filesFound': 'notSupported'}}, 'unknown', 'unknown'],
  ['too young', {'path.filesFound': 0, age: 179}, 'no', 'no'],
  ['its server misses nothing', {'path.filesFound': 0, state: 'seeding'}, 'no', 'no'],
] as const) {
  test(`B.6 missing files, ${title}: checked is ${found}, given up is ${gone}`, () => {
    const rules = missingFilesRules(full)
    expect(rules.map((rule) => wants(rule, {...row, state: 'missingFiles', ...changes}))).toEqual([
      found,
      gone,
    ])
  })
}

test('B.6 B.9 S32 missing files are checked where they are seen; where not for a day, they are given up without data', () => {
  const [found, gone] = missingFilesRules(full)
  expect(found).toMatchObject({hold: {for: 300}, do: [{action: 'recheck', params: {}}]})
  const giveUp = (search: boolean) => [
    {action: 'failDownload', params: {search, blocklist: false, keepsData: true}},
  ]
  expect(gone).toMatchObject({hold: {for: 86_400}, do: giveUp(true)})
  expect(gone!.guards.obligationOverride).toContain('cannot seed')
  expect(missingFilesRules({...full, arrId: null})[1]!.do).toEqual(giveUp(false))
})

for (const [young, held] of [
  [0, 600],
  [601, 601],
] as const) {
  test(`an error is checked after ${held} s when the young age is ${young} s, twice an hour at most`, () => {
    const [rule] = erroredRules({...full, youngerThan: young})
    expect(rule).toMatchObject({hold: {for: held}, schedule: {every: 1800}})
    expect(rule).toMatchObject({do: [{action: 'recheck'}], concern: 'recheck'})
    expect(wants(rule!, {...row, state: 'error'})).toBe('yes')
    expect(wants(rule!, {...row, state: 'stopped'})).toBe('no')
  })
}

const downloads: Row = {...row, complete: false, state: 'downloading'}

for (const [title, changes, skip, none] of [
  ['some unwanted', {'badFiles.any': true, 'badFiles.share': 0.5}, 'yes', 'no'],
  ['all unwanted', {'badFiles.any': true, 'badFiles.share': 1}, 'no', 'yes'],
  ['all wanted', {'badFiles.any': false, 'badFiles.share': 0}, 'no', 'no'],
  ['files unknown', {}, 'unknown', 'unknown'],
  ['young', {'badFiles.any': true, 'badFiles.share': 1, age: 1}, 'no', 'no'],
  ['young, some unwanted', {'badFiles.any': true, 'badFiles.share': 0.5, age: 1}, 'yes', 'no'],
  ['no metadata', {'badFiles.any': true, 'badFiles.share': 1, hasMetadata: false}, 'no', 'no'],
  ['complete', {'badFiles.any': true, 'badFiles.share': 1, complete: true}, 'no', 'no'],
  ['stopped', {'badFiles.any': true, 'badFiles.share': 0.5, state: 'stopped'}, 'no', 'no'],
  ['left out before', {'badFiles.any': true, 'badFiles.share': 0.5, 'memory.filtered': true}, 'no', 'no'],
  ['all, left out before', {'badFiles.any': true, 'badFiles.share': 1, 'memory.filtered': true}, 'no', 'no'],
  ['no memory', {'badFiles.any': true, 'badFiles.share': 0.5, 'memory.filtered': undefined}, 'unknown', 'no'],
] as const) {
  test(`B.7 ${title}: left out ${skip}, failed ${none}`, () => {
    const seen = {...downloads, ...changes} as Row
    expect(wants(ruleNamed(fileRules(full), 'radarr-4k.unwanted-files'), seen)).toBe(skip)
    expect(wants(ruleNamed(fileRules(full), 'radarr-4k.nothing-wanted'), seen)).toBe(none)
  })
}

test('B.7 without patterns, or without ffprobe, nothing is looked at', () => {
  expect(fileRules(anArr())).toEqual([])
  expect(mediaRules(anArr())).toEqual([])
})

for (const [changes, verdict] of [
  [{}, 'yes'],
  [{'media.valid': true}, 'no'],
  [{'media.valid': undefined}, 'unknown'],
  [{'arr.importedEvidence': 'history/1'}, 'no'],
  [{'arr.importedEvidence': undefined}, 'unknown'],
  [{'arr.anyImported': true}, 'no'],
  [{'arr.anyImported': undefined}, 'unknown'],
  [{'arr.tracked': null, 'media.valid': undefined}, 'no'],
  [{'arr.tracked': 'imported', 'media.valid': undefined}, 'no'],
  [{'arr.tracked': 'downloading'}, 'yes'],
  [{'arr.tracked': undefined}, 'unknown'],
  [{complete: false}, 'no'],
  [{age: 179}, 'no'],
] as const) {
  test(`B.7 media that cannot be read, ${JSON.stringify(changes)}: failed is ${verdict}`, () => {
    const [rule] = mediaRules(full)
    const waits = {'arr.tracked': 'importPending', 'arr.importedEvidence': null}
    const seen = {...row, 'media.valid': false, ...waits, ...changes} as Row
    expect(wants(rule!, seen)).toBe(verdict)
    expect(rule!.do).toEqual(fail(true))
  })
}

test('B.8 on completion the Arr looks, once it is not imported yet', () => {
  const rule = ruleNamed(importRules(full), 'radarr-4k.import-look')
  expect(rule).toMatchObject({schedule: {on: ['completed']}, do: [{action: 'arr.refresh', params: {}}]})
  expect(wants(rule, {...row, state: 'seeding'})).toBe('yes')
  expect(wants(rule, {...row, state: 'checking'})).toBe('no')
  expect(wants(rule, {...row, state: 'moving'})).toBe('no')
  expect(wants(rule, {...row, state: 'seeding', tags: ['qBitrr-imported']})).toBe('no')
})

for (const [importMode, refreshEvery, mode, held] of [
  ['auto', 60, 'copy', 120],
  ['copy', 0, 'copy', 120],
  ['move', 61, 'move', 122],
] as const) {
  test(`B.8 importMode ${importMode} is sent as ${mode}, only for what the Arr tracks`, () => {
    const rule = ruleNamed(importRules({...full, importMode, refreshEvery}), 'radarr-4k.import')
    expect(rule.do).toEqual([{action: 'arr.import', params: {mode}}])
    expect(rule).toMatchObject({hold: {for: held}, schedule: {every: 300}})
    const waits: Row = {...row, state: 'seeding', 'arr.tracked': 'importPending', 'arr.messages': []}
    const seen: Row = {...waits, 'obligation.met': 'no'}
    expect(wants(rule, seen)).toBe(mode === 'move' ? 'no' : 'yes')
    expect(wants(rule, {...seen, 'obligation.met': 'none'})).toBe('yes')
    expect(wants(rule, {...seen, 'arr.tracked': 'importing', 'obligation.met': 'none'})).toBe('no')
    expect(wants(rule, {...row, state: 'seeding', 'obligation.met': 'none'})).toBe('unknown')
  })
}

for (const [messages, verdict] of [
  [[], 'yes'],
  [['No files found are eligible for import in /downloads/films/A'], 'no'],
  [['Sample', 'Not enough free space'], 'no'],
  [['words that nobody knows'], 'no'],
  [undefined, 'unknown'],
] as const) {
  test(`B.8 the Arr says ${JSON.stringify(messages)}: pressed to import is ${verdict}`, () => {
    const rule = ruleNamed(importRules(full), 'radarr-4k.import')
    const seen = {...row, state: 'seeding', 'arr.tracked': 'importPending', 'arr.messages': messages} as Row
    expect(wants(rule, seen)).toBe(verdict)
  })
}

test('B.8 the label of an import stands on its proof', () => {
  const rule = ruleNamed(importRules(full), 'radarr-4k.imported-label')
  expect(rule.do).toEqual([{action: 'tag', params: {names: ['qBitrr-imported']}}])
  expect(wants(rule, {...row, 'arr.importedEvidence': 'history/1'})).toBe('yes')
  expect(wants(rule, {...row, 'arr.importedEvidence': null})).toBe('no')
  expect(wants(rule, row)).toBe('unknown')
})

function refusedWith(messages: readonly string[] | undefined, tracked = 'importBlocked'): Row {
  const classes = messages && [...new Set(messages.map(classOfText))]
  return {...row, 'arr.tracked': tracked, 'arr.messages': messages, 'arr.rejectClasses': classes} as Row
}

for (const [tracked, messages, verdict] of [
  ['importPending', ['Not an upgrade for existing movie file. Existing quality: X.'], 'yes'],
  ['importBlocked', ['other', 'sample'], 'yes'],
  ['importFailed', ['Sample'], 'yes'],
  ['importBlocked', ['This is no Sample'], 'no'],
  // It tries again, which may end as before.
  ['importing', ['Sample'], 'yes'],
  ['importing', [], 'no'],
  ['imported', ['Sample'], 'no'],
  ['importBlocked', [], 'no'],
  ['importBlocked', undefined, 'unknown'],
] as const) {
  test(`B.6 ${tracked}, the Arr says ${JSON.stringify(messages)}: failed is ${verdict}`, () => {
    const rule = ruleNamed(importRejectedRules(full), 'radarr-4k.import-rejected')
    expect(rule.do).toMatchObject(fail(true))
    const seen = refusedWith(messages, tracked)
    expect(wants(rule, seen)).toBe(verdict)
    expect(wants(rule, {...seen, complete: false})).toBe('no')
    expect(wants(rule, {...seen, age: 179})).toBe('no')
    expect(wants(rule, {...seen, 'arr.anyImported': true})).toBe('no')
  })
}

test('B.6 what the Arr words otherwise, but means the same with, is failed, too', () => {
  const rules = importRejectedRules({...full, errorClasses: ['not_upgrade']})
  const rule = ruleNamed(rules, 'radarr-4k.import-rejected')
  const seen = {
    ...row,
    'arr.tracked': 'importBlocked',
    'arr.messages': ['Not a quality revision upgrade'],
  } as Row
  expect(wants(rule, {...seen, 'arr.rejectClasses': ['not_upgrade', 'sample']})).toBe('yes')
  expect(wants(rule, {...seen, 'arr.rejectClasses': ['not_upgrade', 'locked']})).toBe('no')
  expect(unsound(rules)).toEqual([])
})

test('S28 a pack of which it is unknown whether a part came in is not failed', () => {
  const rule = ruleNamed(importRejectedRules(full), 'radarr-4k.import-rejected')
  const seen = refusedWith(['Sample'])
  expect(wants(rule, {...seen, 'arr.anyImported': undefined} as unknown as Row)).toBe('unknown')
})

test('B.6 without a message nothing is rejected but what is dangerous', () => {
  const rules = importRejectedRules(anArr({errorMessages: ['', ' ']}))
  expect(rules.map(({name}) => name)).toEqual(['Radarr-4K: nothing but dangerous files'])
})

for (const message of [
  'Failed to import movie, Root folder missing.',
  'Failed to import episode, Destination already exists.',
  'Failed to import movie, unable to move existing file to the Recycle Bin.',
  'Not enough free space',
  'Locked file, try again later',
]) {
  test(`B.6 “${message}” is no release's fault, also when it is listed: it stays`, () => {
    const rules = importRejectedRules({...full, errorMessages: [message, 'Sample']})
    for (const rule of rules) {
      expect(wants(rule, refusedWith([message]))).toBe('no')
      expect(wants(rule, refusedWith([message, 'Sample']))).toBe('no')
    }
  })
}

const dangerous = "Caution: Found executable file with extension: '.exe'"
for (const [messages, more, verdict] of [
  [[dangerous], {}, 'yes'],
  [[dangerous, 'Caution: Found potentially dangerous file with extension: .lnk'], {}, 'yes'],
  [[dangerous, 'Sample'], {}, 'no'],
  [[dangerous], {'arr.anyImported': true}, 'no'],
  [[dangerous], {complete: false}, 'no'],
  [[dangerous], {'arr.tracked': 'importing'}, 'no'],
  [['Found archive file, might need to be extracted'], {}, 'no'],
  [[], {}, 'no'],
  [undefined, {}, 'unknown'],
] as const) {
  test(`B.6 of a download the Arr says ${JSON.stringify(messages)}, ${JSON.stringify(more)}: failed unlisted is ${verdict}`, () => {
    const rule = ruleNamed(importRejectedRules(anArr({errorMessages: []})), 'radarr-4k.dangerous')
    expect(rule.do).toEqual(fail(true))
    expect(wants(rule, {...refusedWith(messages), ...more})).toBe(verdict)
  })
}

test('all presets of an Arr, and of managed categories, are taken by those who read and write rules', () => {
  const rules = arrPresets(full)
  expect(unsound(rules)).toEqual([])
  expect(rules.length).toBeGreaterThan(20)
  // These remove what the program before us did not: somebody has to let them act.
  const asking = rules.filter(({mode}) => mode !== 'live').map(({id, mode}) => [id, mode])
  expect(asking).toEqual([
    ['radarr-4k.score', 'ask'],
    ['radarr-4k.slow', 'ask'],
  ])
  expect(unsound(categoryPresets({...full, section: 'qBit'}))).toEqual([])
})

test('B.5 ForceMinimumCustomFormat asks, and what is worse than its file is given up', () => {
  const modes = (observes: boolean) =>
    [scoreRules, worseThanFileRules].map((rules) => rules({...full, observes})[0]!.mode)
  expect([modes(false), modes(true)]).toEqual([
    ['ask', 'live'],
    ['simulate', 'simulate'],
  ])
})

test('--observe only simulates', () => {
  expect(arrPresets({...full, observes: true}).every(({mode}) => mode === 'simulate')).toBe(true)
})

test('who ends torrents is one concern, in an order without ties', () => {
  const ends = arrPresets({...full, trackers: []}).filter(({concern}) => concern === 'fate')
  expect(ends.map(({order}) => order).toSorted((one, other) => one - other)).toEqual([
    10, 20, 25, 30, 40, 50, 54, 55, 60, 70, 80, 90, 100,
  ])
})

test('a revision is that of the content: the same for the same, another for a change', () => {
  const [one, same, other] = [full, {...full}, {...full, searchesAgain: false}].map(
    (arr) => failedCategoryRules(arr)[0]!.revision,
  )
  expect(one).toBe(same)
  expect(one).not.toBe(other)
  expect(Number.isSafeInteger(one)).toBe(true)
})

test('another name of a rule alone is no other revision, so that no hold begins again', () => {
  const [one, renamed] = ['Radarr', 'RADARR'].map((section) => failedCategoryRules({...full, section})[0]!)
  expect(renamed!.name).not.toBe(one!.name)
  expect(renamed!.id).toBe(one!.id)
  expect(renamed!.revision).toBe(one!.revision)
})

test('ids stay ids whatever a section is called', () => {
  const ids = ['_Ünnamed Arr.4K', 'x'.repeat(200)].map(
    (section) => failedCategoryRules({...full, section})[0]!.id,
  )
  expect(ids[0]).toMatch(/^x_-nnamed-arr-4k-[0-9a-f]{12}\.failed-category$/)
  expect(ids[1]).toMatch(/^x{87}-[0-9a-f]{12}$/)
})

for (const [changes, verdict] of [
  [{}, 'yes'],
  [{'arr.tracked': 'importBlocked'}, 'yes'],
  [{'arr.tracked': 'importing'}, 'yes'],
  [{'arr.tracked': 'importing', 'arr.messages': []}, 'no'],
  [{'arr.messages': []}, 'no'],
  [{'arr.messages': undefined}, 'unknown'],
  [{complete: false}, 'no'],
] as const) {
  test(`S26 it waits with words of its Arr, ${JSON.stringify(changes)}: the verdict after a day is ${verdict}`, () => {
    const [rule] = importWaitsRules(full)
    const waits = {'arr.tracked': 'importPending', 'arr.messages': ['Found matching movie via grab history']}
    expect(wants(rule!, {...row, ...waits, ...changes} as Row)).toBe(verdict)
    expect(rule).toMatchObject({hold: {for: 86_400}, schedule: {every: 900}})
  })
}

test('B.6 an Arr that tries again at each look refuses it anyway, and nothing is failed in the moment of a try', () => {
  const passes = new Passes(ruleNamed(importRejectedRules(full), 'radarr-4k.import-rejected'))
  const at = (s: number, tracked: string) => passes.decided([refusedWith(['Sample'], tracked)], {s}).length
  expect([at(0, 'importPending'), at(60, 'importing'), at(61, 'importPending')]).toEqual([0, 0, 0])
  expect([at(150, 'importing'), at(151, 'importPending')]).toEqual([0, 1])
})

test('S26 what is shown is what the Arr says, all of it in one line', () => {
  const rule = {...importWaitsRules(full)[0]!, hold: null, schedule: null}
  const says: Row = {...row, 'arr.tracked': 'importBlocked', 'arr.messages': ['Title mismatch', 'Sample']}
  const [decision] = new Passes(rule).run([says]).decisions
  expect(decision!.actions.map(({action, params}) => [action, params['template']])).toEqual([
    ['notify', 'Title mismatch; Sample'],
  ])
})
