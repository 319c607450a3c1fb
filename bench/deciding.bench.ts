/**
 * What a decision costs: 500 rules of people over 100,000 torrents; every preset of an Arr over 20,000 torrents in one
 * pass; and how long a completed download waits until its Arr is told to look, by the whole program.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {Worker} from 'node:worker_threads'
import {RuleEvaluator} from '#automation/manager/rule-evaluator.ts'
import {arrSaying, NOW, subjectWith} from '#automation/manager/torrent-subject.fixture.ts'
import {MOST_HEAP} from '#automation/supervision/manager-threads.ts'
import {createArrSim} from '#lab/arrs/create.ts'
import {definitionOf} from '#lab/simulators/fleet-process.ts'
import {inventTorrent} from '#lab/simulators/invented-torrent.ts'
import {seededRandom} from '#lab/simulators/random.ts'
import {startSimServer} from '#lab/simulators/sim-server.ts'
import {systemClock} from '#lib/clock.ts'
import {threadLimits} from '#lib/supervised-thread.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {noPhrases} from '#rules/tracker-phrases.ts'
import {anArr} from '#rules/presets/inherited.fixture.ts'
import {arrPresets} from '#rules/presets/presets.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Program, sectionsOf, until} from '#test/program/program.fixture.ts'
import {costOfPass} from './many-rules.ts'
import {percentile} from './percentile.ts'
import type {Figure, Report} from './report.ts'

const TORRENTS = 20_000
const PASSES = 10
const COMPLETIONS = 8
const DATED = 30_000
const SERVERS = 6

export async function run(report: Report): Promise<void> {
  await crowded(report)
  await deciding(report)
  await dating(report)
  await completing(report)
}

function presets() {
  return arrPresets(
    anArr({
      categories: ['films'],
      stalledDelay: 15,
      maxRatio: 2,
      maxSeedingTime: 86_400,
      removal: 3,
      filtersFiles: true,
      probesMedia: true,
      deadMessages: ['unregistered'],
      errorMessages: ['Sample'],
      maximumEta: 86_400,
      keepsSlow: false,
    }),
  )
}

/** CPU of one whole pass, by torrent. */
async function deciding(report: Report): Promise<void> {
  const {row, server} = subjectWith()
  const clock = new VirtualClock(NOW)
  const evaluator = new RuleEvaluator({
    clock,
    run: 'bench',
    arrSaying: () => arrSaying,
    pause: async () => {},
    surroundings: {timeZone: 'UTC', obligation: () => null, phrases: () => noPhrases},
    decided: () => {},
    costly: () => {},
    remember: () => {},
    lookUp: () => {},
    removable: () => {},
    imports: () => {},
  })
  evaluator.takeRules(presets(), new Map())
  evaluator.takeServers([server])
  const rows = Array.from({length: TORRENTS}, (_, n) => {
    const hash = asInfoHash(n.toString(16).padStart(40, '0'))!
    const downloads = n % 10 === 0
    const state = downloads ? ('downloading' as const) : row.state
    return {...row, key: {...row.key, hash}, state, complete: !downloads}
  })
  evaluator.takeRows({isWhole: true, rows, gone: []})
  await evaluator.pass()
  const costs: number[] = []
  for (let n = 0; n < PASSES; n++) {
    await clock.advance(60_000)
    const before = process.cpuUsage()
    await evaluator.pass()
    const {user, system} = process.cpuUsage(before)
    costs.push((user + system) / TORRENTS)
  }
  report.figure('managers.decision_time', percentile(costs, 0.5), 'µs')
}

/** A crowd in a thread as the program gives it to managers: what takes more than its bounds breaks the bench. */
function crowded(report: Report): Promise<void> {
  const thread = new Worker(new URL('crowd-thread.ts', import.meta.url), {
    resourceLimits: threadLimits(MOST_HEAP),
  })
  thread.on('message', ({name, value, unit}: Omit<Figure, 'target' | 'better'>) =>
    report.figure(name, value, unit),
  )
  return new Promise((resolve, reject) => {
    thread.once('error', reject)
    thread.once('exit', () => resolve())
  })
}

/**
 * From when on a rule may remove each of 30,000 torrents on six servers: CPU for all of them, as when rules change, and
 * for the one percent of them that change in a moment, judging them among it, by torrent.
 */
async function dating(report: Report): Promise<void> {
  const {row, server} = subjectWith()
  const clock = new VirtualClock(NOW)
  let reported = 0
  const evaluator = new RuleEvaluator({
    clock,
    run: 'bench',
    arrSaying: () => arrSaying,
    pause: async () => {},
    surroundings: {timeZone: 'UTC', obligation: () => null, phrases: () => noPhrases},
    decided: () => {},
    costly: () => {},
    remember: () => {},
    lookUp: () => {},
    removable: (dates) => (reported += dates.length),
    imports: () => {},
  })
  const servers = Array.from({length: SERVERS}, (_, n) => ({...server, id: asServerId(`box-${n}`)}))
  const rows = Array.from({length: DATED}, (_, n) => {
    const hash = asInfoHash(n.toString(16).padStart(40, '0'))!
    const seedingTime = (n % 100) * 600
    return {...row, key: {serverId: servers[n % SERVERS]!.id, hash}, seedingTime, removableAt: undefined}
  })
  evaluator.takeServers(servers)
  evaluator.takeRows({isWhole: true, rows, gone: []})
  evaluator.takeRules(presets(), new Map())
  const first = await costOfPass(evaluator)
  report.figure('managers.removal_dates.told', reported / DATED, 'share')
  // A whole pass with the dates of a tenth beside one with all of them.
  await clock.advance(60_000)
  report.figure('managers.removal_dates.all', (first - (await costOfPass(evaluator))) / (0.9 * DATED), 'µs')
  evaluator.takeRows({isWhole: false, rows: rows.slice(0, DATED / 100), gone: []})
  report.figure('managers.removal_dates.changed', (await costOfPass(evaluator)) / (DATED / 100), 'µs')
}

/** From the moment in which a server has all of a download to the request to its Arr. */
async function completing(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-bench-'))
  const spec = {name: 'qBit-one', kind: 'qbittorrent', version: '5.1.0', count: 0, seed: 1} as const
  const sim = await startSimServer(spec, systemClock)
  const arrs = await createArrSim({
    instances: [
      {
        name: 'radarr',
        app: 'radarr',
        library: {items: 10},
        downloadClients: [{name: 'box', category: 'films'}],
      },
    ],
  })
  const {url, apiKey, arr} = arrs.arr('radarr')
  const {username, password, server} = sim
  const section = ['[Radarr-Films]', 'Managed = true', `URI = "${url}"`, `APIKey = "${apiKey}"`]
  const definition = definitionOf({...spec, url: server.url, username, password})
  const config = join(folder, 'config.toml')
  writeFileSync(config, [sectionsOf([definition]), ...section, 'Category = "films"'].join('\n'))
  const args = ['--config', config, '--data', join(folder, 'data'), '--port', '0']
  const program = new Program(args, {isBuilt: true})
  const api = await program.api()
  await api.online()
  const waits: number[] = []
  const random = seededRandom(7)
  for (let n = 0; n < COMPLETIONS; n++) {
    const {world} = sim
    const invented = inventTorrent(world, random, 'lively', 'downloading')
    const size = 20_000_000
    const torrent = world.put({...invented, size, done: 0, category: 'films', downSpeed: 4_000_000})
    await until(
      () => api.get<{torrents: readonly {info_hash: string}[]}>('/api/torrents?limit=100'),
      ({torrents}) => torrents.some((it) => it.info_hash === torrent.hash),
    )
    // Not always at the same moment between two looks.
    await delay(random.between(0, 3_000))
    for (let done = 0; done < size; done += 400_000) {
      world.update(torrent, {done})
      await delay(100)
    }
    const reportedBefore = reported()
    world.update(torrent, {done: size, state: 'seeding', downSpeed: 0})
    const since = performance.now()
    while (reported() === reportedBefore) await delay(10)
    waits.push(performance.now() - since)
    await delay(2_000)
  }
  report.figure('managers.completion_to_request_p95', percentile(waits, 0.95), 'ms')
  await program.end()
  await arrs.close()
  await server.stop()
  rmSync(folder, {recursive: true, force: true})

  function reported(): number {
    return arr.stats.requests.filter(({method, path}) => method === 'POST' && path.endsWith('/command'))
      .length
  }
}
