/**
 * A proof that would notice: one defect is put into a copy of the sources for each kind of test, and the tests of that
 * kind have to fail by it. A kind that stays green here proves nothing elsewhere.
 */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {BrokenCopy} from './broken-copy.ts'

interface Canary {
  readonly kind: string
  /** What is broken. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** Below `scripts/run.mjs`. */
  readonly command: readonly string[]
  /** All cases of its files run. */
  readonly withAll?: true
  /** In what the failing run says. */
  readonly says: RegExp
}

const vitest = ['node_modules/vitest/vitest.mjs', 'run']

const canaries: readonly Canary[] = [
  {
    kind: 'unit',
    file: 'src/rules/obligation.ts',
    from: 'verdictOf(ratio >= needed)',
    to: 'verdictOf(ratio >= 0)',
    command: [...vitest, 'src/rules/obligation.test.ts'],
    says: /FAIL .*obligation\.test\.ts/,
  },
  {
    kind: 'storage',
    file: 'src/store/repositories/trash.ts',
    from: 'resume: JSON.stringify(resume)',
    to: "resume: '{}'",
    command: [...vitest, 'src/store/repositories/trash.stores.test.ts'],
    // The quick proof asks PostgreSQL one question of each file.
    withAll: true,
    says: /FAIL .*PostgreSQL/,
  },
  {
    kind: 'program against simulators',
    file: 'src/links/list-stability.ts',
    from: 'if (missing === 0) return false',
    to: 'if (missing >= 0) return false',
    command: [...vitest, 'test/scenarios/s01-short-lists.fleet.test.ts'],
    says: /FAIL .*S0[12]/,
  },
  {
    kind: 'simulated days',
    // What stands still is given up a minute later. In every world some downloads stand still, and in their first hours.
    file: 'src/rules/presets/stalled.ts',
    from: 'const delay = Math.max(stalledDelay, section.youngerThan, QUIET)',
    to: 'const delay = QUIET',
    command: ['lab/simulation/main.ts', '--run', '1:0.1', '--run', '2:0.1', '--run', '3:0.1'],
    // Of each of the three.
    says: /(trueCause: \w+ was .*, and nothing ailed it for long enough[^]*?To see it again[^]*?){3}/,
  },
  {
    kind: 'real daemons',
    file: 'src/clients/qbittorrent/erase.ts',
    from: "deleteFiles: command.verb === 'removeWithData'",
    to: 'deleteFiles: true',
    command: [...vitest, 'src/clients/conformance.lab.test.ts', '-t', 'qBittorrent of bookworm'],
    says: /FAIL .*its files are still there/,
  },
  {
    kind: 'pages in a browser',
    file: 'web/features/torrents/torrents-search.ts',
    from: 'without({...readTorrentsSearch(before), ...change})',
    to: 'without({...change, ...readTorrentsSearch(before)})',
    command: [...vitest, '--bail=1', 'web/journeys/finding.web.test.ts'],
    says: /FAIL .*finding\.web/,
  },
]

let copy: BrokenCopy

beforeAll(() => {
  copy = new BrokenCopy()
})
afterAll(() => copy.end())

test.each(canaries)(
  '$kind: a defect in $file is noticed',
  async ({file, from, to, command, withAll = false, says}) => {
    const {code, said} = await copy.runWith([{file, from, to}], command, withAll)
    expect(code, said).not.toBe(0)
    expect(said).toMatch(says)
  },
)
