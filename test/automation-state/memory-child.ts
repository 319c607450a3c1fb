/**
 * For tests: a program that remembers as fast as it can, to be killed. `memory-child.ts FILE PREFIX` prints `PREFIX.N`
 * for each round of which every part was acknowledged.
 */
import {Memory} from '#automation-state/memory.ts'
import {systemClock} from '#lib/clock.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'

const [path = '', prefix = ''] = process.argv.slice(2)
const serverId = asServerId('A')
const hash = asInfoHash('a'.repeat(40))!
const rule = {id: 'r1' as RuleId, revision: 1}

const store = await Store.sqlite(path)
const memory = await Memory.open(store, systemClock, Math.random, (error) => {
  throw error
})
for (let n = 0; ; n++) {
  await round(`${prefix}.${n}`, systemClock.now())
  process.stdout.write(`${prefix}.${n}\n`)
}

/** All at once, so that several share a transaction, as they do when many torrents fail together. */
async function round(id: string, at: number): Promise<void> {
  memory.holds.put([
    {
      ruleId: rule.id,
      revision: 1,
      subject: id,
      serverId,
      version: 1,
      state: {id},
      strikeCount: 1,
      strikes: [{at, evidence: {id}}],
      firstAt: at,
      lastAt: at,
      expiresAt: null,
    },
  ])
  memory.torrents.change({serverId: asServerId(id), hash}, {stoppedByUs: id}, at)
  memory.mounts.set(id, {device: id, inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true})
  await Promise.all([
    memory.written(),
    memory.spent.spend({id, at, ruleId: rule.id, serverId, trackers: [], folder: null, bytes: 1}),
    memory.searched.claim({
      arrId: 'radarr',
      items: [id, `${id} too`],
      failure: id,
      searchId: id,
      reason: 'failed',
      cause: 'failure',
      at,
    }),
    memory.profileSwitches.commit([
      {
        id,
        arrId: 'radarr',
        kind: 'movie',
        containerId: 1,
        foreignId: id,
        title: id,
        originalId: 1,
        originalName: id,
        fromId: 1,
        fromName: id,
        temporaryId: 2,
        temporaryName: id,
        state: 'intended',
        since: at,
        begunAt: at,
        reason: null,
        tries: 0,
        seenId: null,
      },
    ]),
    memory.deadlines.set({kind: 'quarantine', subject: id, dueAt: at, version: 1, detail: {}, createdAt: at}),
    memory.trash.setAside(
      {
        id,
        serverId,
        hash,
        name: id,
        verb: 'recycle',
        paths: [],
        bytes: 1,
        version: 1,
        resume: {},
        rule,
        userId: null,
        setAsideAt: at,
        until: at,
        state: 'kept',
        stateAt: at,
        message: null,
      },
      Buffer.from(id),
    ),
    twoSteps(id, at),
  ])
}

async function twoSteps(id: string, at: number): Promise<void> {
  await memory.sagas.begin({
    id,
    kind: 'failDownload',
    subject: id,
    step: 'blocklist',
    version: 1,
    state: {},
    startedAt: at,
  })
  await memory.sagas.step(id, {step: 'remove', version: 1, state: {blocklisted: true}}, at)
}
