/**
 * `npm run lab`: real servers to play with (two qBittorrents, Transmission, rTorrent, Deluge), a tracker, and small
 * transfers between them that keep happening. Writes a config.toml for Commodarr and says how to start it on it.
 */
import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {createClient} from '#clients/kinds/registry.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {CommodarrError} from '#model/errors.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import type {LabDaemon} from './daemons/daemon.ts'
import {startDeluge} from './daemons/deluge.ts'
import {sweepLeftovers} from './daemons/process.ts'
import {provision} from './daemons/provision.ts'
import {startQbittorrent} from './daemons/qbittorrent.ts'
import {startRtorrent} from './daemons/rtorrent.ts'
import {hostSuite, suites, type Suite} from './daemons/suites.ts'
import {startTransmission} from './daemons/transmission.ts'
import {Swarm, type Trader} from './swarm.ts'
import {startTracker} from './tracker.ts'

const TORRENTS = 16
const BETWEEN_MS = 5_000

const stopped = new AbortController()
// A terminal's Ctrl-C comes twice, from the terminal and from `scripts/run.mjs`: the second must not cut the first short.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.abort())

const {ready, missing} = await provision(console.log, [hostSuite() ?? suites[0]])
for (const {suite, why} of missing) console.error(`No daemons of ${suite}: ${why}`)
if (ready[0] === undefined) process.exitCode = 1
else await play(ready[0])

async function play(suite: Suite): Promise<void> {
  sweepLeftovers()
  const tracker = await startTracker({interval: 10})
  const daemons: LabDaemon[] = []
  const traders: Trader[] = []
  try {
    daemons.push(await startQbittorrent({suite, id: 'qBit', queueing: true}))
    daemons.push(await startQbittorrent({suite, id: 'qBit-second'}))
    daemons.push(await startTransmission({suite, id: 'Transmission-lab'}))
    daemons.push(await startRtorrent({suite, id: 'rTorrent-lab', transport: 'tcp'}))
    daemons.push(await startDeluge({suite, id: 'Deluge-lab'}))
    for (const daemon of daemons) traders.push(await traderOf(daemon))
    introduce(daemons)
    await trade(new Swarm(traders, tracker, Math.random))
  } finally {
    for (const {client} of traders) await client.close()
    for (const daemon of daemons) await daemon.dispose()
    await tracker.stop()
    console.log('All of the lab has stopped.')
  }
}

async function traderOf(daemon: LabDaemon): Promise<Trader> {
  const client = createClient({
    definition: daemon.definition,
    clock: systemClock,
    turns: new TimeSlice(),
    metainfo: insideMetainfo,
  })
  return {daemon, client, info: await client.connect({timeoutMs: 30_000, maxBytes: 64 * 1024 * 1024})}
}

function introduce(daemons: readonly LabDaemon[]): void {
  for (const daemon of daemons) {
    const login = daemon.password === '' ? '' : `, ${daemon.username} / ${daemon.password}`
    console.log(`${daemon.definition.id}: ${daemon.kind} ${daemon.version} at ${daemon.url}${login}`)
  }
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-lab-config-'))
  const file = join(folder, 'config.toml')
  writeFileSync(file, daemons.map(section).join('\n'), {mode: 0o600})
  console.log(`\nIn another terminal:\n  npm start -- --config ${file} --data ${join(folder, 'data')}\n`)
  console.log('Ctrl-C stops all of it.\n')
}

function section({definition, username, password, folder}: LabDaemon): string {
  const user = username === '' ? [] : [`UserName = "${username}"`]
  const login = password === '' ? user : [...user, `Password = "${password}"`]
  const lines = [
    `[${definition.id}]`,
    `Url = "${definition.url}"`,
    ...login,
    `PathMappings = {"${folder}" = "${folder}"}`,
  ]
  return `${lines.join('\n')}\n`
}

async function trade(swarm: Swarm): Promise<void> {
  let made = 0
  while (!stopped.signal.aborted) {
    try {
      const news = made < TORRENTS ? await swarm.addTorrent(++made) : await swarm.beginAgain()
      if (news !== null) console.log(news)
    } catch (fault) {
      // Whoever plays stops a daemon too, and starts it again: the others go on.
      if (!(fault instanceof CommodarrError)) throw fault
      console.log(`No transfer this time: ${fault.message}`)
    }
    await pause(made < TORRENTS ? 1_000 : BETWEEN_MS, undefined, {signal: stopped.signal}).catch(
      () => undefined,
    )
  }
}
