/** SIGKILL in the middle of writes, at random moments, also while the tables are being made. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {setTimeout as pause} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {seededRandom, type Random} from '#lab/simulators/random.ts'
import {chances} from '#test/doubles/chances.ts'
import {isFull} from '#test/proof.ts'
import {StoreChild} from '#test/store/child.fixture.ts'
import {acknowledged, expectWholePairs} from '#test/store/kill-check.fixture.ts'
import {Store} from './store.ts'

const KILLS = isFull ? 200 : 20
/** Each kill is a start of a program: a machine that has much else to do takes ten times as long. */
const LONG_MS = 60 * 60_000
/** At the same time, each on a file of its own. */
const FILES = 2

test(
  'kills at random moments: nothing acknowledged is lost, nothing is half, nothing is damaged',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'commodarr-kill-'))
    try {
      await new StoreChild([join(folder, 'first.db'), 'serve']).end()
      const random = chances()
      const runs = Array.from({length: FILES}, (_, n) => {
        const own = seededRandom(random.below(1e9))
        return run(join(folder, `${n}.db`), KILLS / FILES, own)
      })
      const results = await Promise.all(runs)
      const sum = (of: 'kills' | 'acknowledged' | 'early') => results.reduce((all, one) => all + one[of], 0)
      expect(sum('kills')).toBe(KILLS)
      // It was not killed before it began each time, and not each time after.
      expect(sum('acknowledged')).toBeGreaterThan(KILLS)
      expect(sum('early')).toBeGreaterThan(0)
    } finally {
      rmSync(folder, {recursive: true, force: true})
    }
  },
  LONG_MS,
)

async function run(path: string, kills: number, random: Random) {
  const all: string[] = []
  let early = 0
  for (let n = 0; n < kills; n++) {
    const child = new StoreChild([path, 'flood', `k${n}`])
    // One in five is killed somewhere in its start, the first of them before it did anything; the others while they write.
    if (n % 5 === 0) await pause(n === 0 ? 0 : random.between(0, 250))
    else {
      await child.printed(3 + random.below(20))
      await pause(random.between(0, 20))
    }
    await child.kill()
    const answered = acknowledged(child.lines)
    if (answered.length === 0) early++
    all.push(...answered)
    expectWhole(path, all)
  }
  const store = await Store.sqlite(path)
  await store.close()
  return {kills, early, acknowledged: all.length}
}

/** As it is found, before anybody repairs it. */
function expectWhole(path: string, all: readonly string[]): void {
  const database = new DatabaseSync(path)
  try {
    expect(database.prepare('pragma integrity_check').all()).toEqual([{integrity_check: 'ok'}])
    const tables = database.prepare(`select name from sqlite_master where name = 'settings'`).all()
    if (tables.length === 0) return expect(all).toEqual([])
    const rows = database.prepare('select name from settings').all() as {name: string}[]
    expectWholePairs(new Set(rows.map(({name}) => name)), all)
  } finally {
    database.close()
  }
}
