/** SIGKILL at random moments while everything is being remembered: what was acknowledged is there, and nothing is half. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {expect, test} from 'vitest'
import type {Random} from '#lab/simulators/random.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'
import {chances} from '#test/doubles/chances.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {isFull} from '#test/proof.ts'
import {Memory} from './memory.ts'

const KILLS = isFull ? 25 : 6
const hash = asInfoHash('a'.repeat(40))!

test('kills at random moments: nothing that was acknowledged is forgotten', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-memory-kill-'))
  const path = join(folder, 'commodarr.db')
  const random = chances()
  const acknowledged: string[] = []
  try {
    for (let n = 0; n < KILLS; n++) {
      acknowledged.push(...(await killed(path, `k${n}`, random)))
      await expectRemembered(path, acknowledged)
    }
    // It was not killed before it began each time.
    expect(acknowledged.length).toBeGreaterThan(KILLS)
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
})

/** @returns what it had acknowledged */
async function killed(path: string, prefix: string, random: Random): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../test/automation-state/memory-child.ts'), path, prefix],
    {stdio: ['ignore', 'pipe', 'inherit']},
  )
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => void (text += chunk.toString()))
  const ended = once(child, 'close')
  const rounds = 2 + random.below(10)
  while (text.split('\n').length <= rounds && child.exitCode === null && child.signalCode === null) {
    await Promise.race([once(child.stdout, 'data'), ended])
  }
  await pause(random.between(0, 30))
  child.kill('SIGKILL')
  await ended
  // A line that the kill cut off does not count.
  return text.split('\n').slice(0, -1)
}

async function expectRemembered(path: string, ids: readonly string[]): Promise<void> {
  const store = await Store.sqlite(path)
  const onFault = (error: unknown) => {
    throw error
  }
  const memory = await Memory.open(store, new VirtualClock(Date.now()), () => 1, onFault)
  const spent = new Set(
    (await store.read((db) => db.selectFrom('spent').select('id').execute())).map(({id}) => id),
  )
  const lost = ids.filter(
    (id) =>
      memory.holds.of({ruleId: 'r1' as RuleId, revision: 1, subject: id})?.strikes.length !== 1 ||
      memory.torrents.of({serverId: asServerId(id), hash})?.stoppedByUs !== id ||
      memory.mounts.get(id)?.device !== id ||
      memory.sagas.of(id)?.step !== 'remove' ||
      memory.deadlines.of('quarantine', id) === null ||
      !memory.searched.isSearchedFor('radarr', id) ||
      memory.profileSwitches.get(id)?.state !== 'intended' ||
      memory.trash.of(id) === null ||
      !spent.has(id),
  )
  const halfClaims = memory.searched.intended('radarr').length % 2
  const withoutFile = await store.read((db) =>
    db
      .selectFrom('trash')
      .leftJoin('trashMetainfo', 'trashMetainfo.trashId', 'trash.id')
      .select('trash.id')
      .where('trashMetainfo.trashId', 'is', null)
      .execute(),
  )
  await memory.close()
  await store.close()
  expect({lost, halfClaims, withoutFile}).toEqual({lost: [], halfClaims: 0, withoutFile: []})
}
