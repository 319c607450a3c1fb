/**
 * Simulated days that would notice: each of the ten worst defects that this program ever had is put back into a copy of
 * the sources, a guard taken out or the last look skipped, and a seed has to tell of it by what its world saw. The same
 * seed tells of nothing in the program as it is.
 */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {BrokenCopy, type Edit} from './broken-copy.ts'

interface Break {
  readonly defect: string
  readonly edits: readonly Edit[]
  readonly seed: number
  /** Until it tells. */
  readonly days: number
  /** What the world sees of it. */
  readonly says: RegExp
}

const breaks: readonly Break[] = [
  {
    defect: 'owners on other servers are compared by the paths that their servers write',
    edits: [
      {
        file: 'src/ownership/candidates.ts',
        from: 'const seenAs = ours && extent.ours ? relate(ours, extent.ours) : null',
        to: 'const seenAs = byText ? relate(byText, extent.byText) : null',
      },
    ],
    seed: 16,
    days: 0.05,
    says: /bytesStay: .* is gone, and \w+ of rTorrent-1 has it/,
  },
  {
    defect: 'a content path that is not absolute is believed',
    edits: [
      {
        file: 'src/ownership/ownership.ts',
        from: '{owners, doubts: [placeUnknown(nowhereWords(contentPath))], spare: null}',
        to: 'unowned',
      },
    ],
    seed: 76,
    days: 0.05,
    says: /bytesStay: .* is gone, and \w+ of qBit-0 has it/,
  },
  {
    defect: 'files that a server calls missing are removed, whether they are there or not',
    edits: [
      {
        file: 'src/rules/presets/missing-files.ts',
        from: `is('path.filesFound', 0), oldEnough(section)),
      hold: {for: DAY},
      do: [action('failDownload', {search: section.arrId !== null, blocklist: false, keepsData: true})],`,
        to: `oldEnough(section)),
      do: [action('failDownload', {search: section.arrId !== null, blocklist: false})],`,
      },
      // What is complete and not imported a second guard keeps.
      {
        file: 'src/executor/guards/rules/import.ts',
        from: "return reason === 'importRejected' || reason === 'unwantedFiles'",
        to: "return reason === 'importRejected' || reason === 'unwantedFiles' || reason === 'missingFiles'",
      },
    ],
    seed: 663,
    days: 0.25,
    says: /foundStays: .* and it is there/,
  },
  {
    defect: 'a download that is to be given up is not looked at again when its Arr can be told at last',
    edits: [
      {
        file: 'src/automation/sagas/fail-download.ts',
        from: 'const now = await parts.queue.lastLook(decision, action)',
        to: "const now: LastLook = {is: 'wanted'}",
      },
    ],
    seed: 28,
    days: 0.1,
    says: /trueCause: \w+ was blocklisted, and nothing ailed it for long enough/,
  },
  {
    defect: 'two spellings of one path are two places',
    edits: [
      {
        file: 'src/disk/places.ts',
        from: 'const at = one.folders.findLastIndex((node) => other.folders.includes(node))',
        to: 'const at = 0',
      },
      {
        file: 'src/disk/places.ts',
        from: 'return await placeBelow(real, missing.toReversed())',
        to: 'return {...(await placeBelow(real, missing.toReversed())), path: partsOf(path), inside: partsOf(path)}',
      },
    ],
    seed: 64,
    days: 0.05,
    says: /bytesStay: OWN .* is gone, and \w+ of rTorrent-0 has it/,
  },
  {
    defect: 'extensions that are let in are endings, also where expressions are written',
    edits: [
      {
        file: 'src/media/file-patterns.ts',
        from: "if (isPlain && !ending.includes('.', 1)) return isEnding",
        to: 'return isEnding',
      },
    ],
    seed: 40,
    days: 0.05,
    says: /trueCause: \w+ was given up, and nothing ailed it/,
  },
  {
    defect: 'an order that waits names a hash and not one life of it',
    edits: [
      {
        file: 'src/executor/guards/ordered-as.ts',
        from: 'return before.life !== now.life || (before.place !== 0 && before.place !== now.place)',
        to: 'return false',
      },
    ],
    seed: 11,
    days: 0.05,
    says: /livesApart: \w+ was removed by a person's order of the one before it/,
  },
  {
    defect: 'a server that left the configuration owns nothing',
    edits: [
      {
        file: 'src/ownership/ownership.ts',
        from: 'const gone = departed.views().map((server) =>',
        to: 'const gone = departed.views().slice(0, 0).map((server) =>',
      },
    ],
    seed: 18,
    days: 0.05,
    says: /bytesStay: .* is gone, and \w+ of Transmission-0 has it/,
  },
  {
    defect: 'a library that is away is not asked about, and its health check holds nothing',
    edits: [
      {
        file: 'src/automation/arr/library-look.ts',
        from: 'doubt: await this.#doubtOf(fileIds, files, roots, signal)',
        to: 'doubt: null',
      },
      {
        file: 'src/arr-client/arr-health.ts',
        from: "const ofLibrary = new Set(['RootFolderCheck', 'MountCheck'])",
        to: 'const ofLibrary = new Set()',
      },
    ],
    seed: 9,
    days: 0.2,
    says: /lastCopyStays: \w+ was removed while nobody saw the library/,
  },
  {
    defect: 'what a person told its Arr to ignore is given up',
    edits: [
      {
        file: 'src/executor/guards/rules/import.ts',
        from: '  const by = arr?.taken\n',
        to: '  const by = null as TakenBy | null\n',
      },
    ],
    seed: 59,
    days: 0.2,
    says: /ignoredStays: \w+ was removed although a person told its Arr to ignore it/,
  },
]

let copy: BrokenCopy

beforeAll(() => {
  copy = new BrokenCopy()
})
afterAll(() => copy.end())

function simulated(...runs: readonly Pick<Break, 'seed' | 'days'>[]): readonly string[] {
  const edition = ['--edition', '2']
  return [
    'lab/simulation/main.ts',
    ...edition,
    ...runs.flatMap(({seed, days}) => ['--run', `${seed}:${days}`]),
  ]
}

test('none of the seeds reports anything while nothing is broken', async () => {
  const {code, said} = await copy.runWith([], simulated(...breaks))
  expect(code, said).toBe(0)
})

test.each(breaks)('it is noticed when $defect', async ({edits, seed, days, says}) => {
  const {code, said} = await copy.runWith(edits, simulated({seed, days}))
  expect(code, said).not.toBe(0)
  expect(said).toMatch(says)
})
