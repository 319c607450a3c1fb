import {readFileSync} from 'node:fs'
import {afterEach, expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import type {ArrCard, RunningArr} from '#model/arr-service.ts'
import type {AutomationFigures} from '#model/services.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {believedFree} from '#model/server.ts'
import {fakeHarness, health, server, torrent, type FakeHarness} from '#test/http/http-fakes.ts'

let harness: FakeHarness
afterEach(() => harness.http.close())

async function scrape(): Promise<{type: string | undefined; lines: string[]}> {
  const answer = await harness.http.app.inject('/api/metrics')
  expect(answer.statusCode).toBe(200)
  return {type: answer.headers['content-type']?.toString(), lines: answer.body.split('\n')}
}

test('servers are listed by id, name and kind, in the text format of Prometheus', async () => {
  harness = await fakeHarness()
  const stats = {
    downSpeed: 7,
    upSpeed: 8,
    sessionDownloaded: 9,
    sessionUploaded: 10,
    freeSpace: believedFree(2 ** 41),
  }
  harness.servers.all[0] = server('qBit', {stats, torrents: 2})
  const {type, lines} = await scrape()
  expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
  const labels = 'server_id="qBit",server_name="qBit",server_type="qbittorrent"'
  expect(lines).toEqual(
    expect.arrayContaining([
      'commodarr_info{version="0.1.0"} 1',
      '# TYPE commodarr_server_up gauge',
      `commodarr_server_up{${labels}} 1`,
      `commodarr_server_torrents{${labels}} 2`,
      `commodarr_server_torrents_by_state{${labels},state="downloading"} 2`,
      `commodarr_server_download_speed_bytes{${labels}} 7`,
      `commodarr_server_upload_speed_bytes{${labels}} 8`,
      `commodarr_server_session_downloaded_bytes_total{${labels}} 9`,
      `commodarr_server_session_uploaded_bytes_total{${labels}} 10`,
      `commodarr_server_free_space_bytes{${labels}} ${2 ** 41}`,
      `commodarr_server_polls_total{${labels}} 4`,
      `commodarr_server_poll_duration_seconds_total{${labels}} 0.2`,
      `commodarr_server_health{${labels},status="online",reason="none"} 1`,
      `commodarr_server_latency_seconds{${labels},percentile="50"} 0.003`,
      `commodarr_server_latency_seconds{${labels},percentile="95"} 0.009`,
    ]),
  )
})

test('of a server that is down its health is shown, and no figure that is unknown', async () => {
  harness = await fakeHarness()
  const {lines} = await scrape()
  const down = lines.filter((it) => it.includes('server_id="down"'))
  const labels = 'server_id="down",server_name="down",server_type="rtorrent"'
  expect(down).toContain(`commodarr_server_up{${labels}} 0`)
  expect(down).toContain(`commodarr_server_health{${labels},status="unreachable",reason="refused"} 1`)
  expect(down.filter((it) => /speed|session|free/.test(it))).toEqual([])
})

test('what a server reports of a disk that is away is no figure', async () => {
  const stats = {downSpeed: 7, upSpeed: 8, freeSpaceUnknown: 'Another disk is there.'}
  harness = await fakeHarness()
  harness.servers.all[0] = server('qBit', {stats})
  const {lines} = await scrape()
  expect(lines.filter((it) => it.includes('"qBit"') && /upload_speed|free/.test(it))).toHaveLength(1)
})

test('what a server did before it went down is no figure of now', async () => {
  const stats = {
    downSpeed: 7,
    upSpeed: 8,
    sessionDownloaded: 9,
    sessionUploaded: 10,
    freeSpace: believedFree(2 ** 41),
  }
  harness = await fakeHarness()
  harness.servers.all[0] = server('qBit', {
    stats,
    health: health({status: 'unreachable', reason: 'timed_out'}),
  })
  const {lines} = await scrape()
  expect(lines.filter((it) => it.includes('"qBit"') && /speed|session|free/.test(it))).toEqual([])
})

test('figures that are no numbers are left out', async () => {
  harness = await fakeHarness()
  const stats = {downSpeed: Number.NaN, upSpeed: Infinity, freeSpace: believedFree(1)}
  harness.servers.all[0] = server('qBit', {stats})
  const {lines} = await scrape()
  expect(lines.filter((it) => it.includes('"qBit"') && it.includes('speed'))).toEqual([])
})

test('a hostile name stays inside its quotes', async () => {
  harness = await fakeHarness()
  const name = 'x"} 1\nevil{a="b\\'
  harness.servers.all[0] = server('qBit', {name})
  const {lines} = await scrape()
  expect(lines.filter((it) => it.startsWith('evil'))).toEqual([])
  expect(lines).toContain(
    'commodarr_server_up{server_id="qBit",server_name="x\\"} 1\\nevil{a=\\"b\\\\",server_type="qbittorrent"} 1',
  )
})

test('the process is shown to administrators', async () => {
  harness = await fakeHarness()
  const {lines} = await scrape()
  expect(lines).toContainEqual(expect.stringMatching(/^process_resident_memory_bytes \d+$/))
  expect(lines).toContainEqual(expect.stringMatching(/^nodejs_eventloop_utilization_ratio [\d.e-]+$/))
})

/** What `promtool check metrics` complains of. Source: client_golang, prometheus/testutil/promlint. */
function complaints(lines: readonly string[]): string[] {
  const found: string[] = []
  const types = new Map<string, string>()
  const helps = new Set<string>()
  const seen = new Set<string>()
  for (const line of lines) {
    const [, help] = /^# HELP (\S+) \S/.exec(line) ?? []
    if (help !== undefined) helps.add(help)
    const [, typed, type] = /^# TYPE (\S+) (\w+)$/.exec(line) ?? []
    if (typed === undefined || type === undefined) continue
    if (types.has(typed)) found.push(`${typed}: told twice`)
    types.set(typed, type)
  }
  for (const [name, type] of types) {
    if (!helps.has(name)) found.push(`${name}: no help`)
    if ((type === 'counter') !== name.endsWith('_total')) found.push(`${name}: _total is for counters alone`)
    if (/_(bucket|count|sum|info_total)$/.test(name)) found.push(`${name}: a suffix of histograms`)
    if (/counter|gauge|histogram|summary/.test(name)) found.push(`${name}: its type is in its name`)
    if (!/^[a-z_]+[a-z0-9_]*$/.test(name)) found.push(`${name}: not snake_case`)
    const abbreviations = /_(s|ms|us|ns|sec|b|kb|mb|gb|tb|h|d|m)(_|$)/
    if (abbreviations.test(name)) found.push(`${name}: an abbreviated unit`)
    if (/_(milliseconds|minutes|hours|days|kilobytes|megabytes|percent|percentage)(_|$)/.test(name))
      found.push(`${name}: no base unit`)
  }
  for (const line of lines.filter((it) => it !== '' && !it.startsWith('#'))) {
    const [, name = '', labels = '', value = ''] = /^([a-z0-9_]+)(\{.*\})? (\S+)$/.exec(line) ?? []
    if (!types.has(name)) found.push(`${line}: no type`)
    if (/[{,](quantile|le)="/.test(labels)) found.push(`${name}: a label of summaries and histograms`)
    if (Number.isNaN(Number(value))) found.push(`${line}: no number`)
    if (seen.has(name + labels)) found.push(`${name}${labels}: told twice`)
    seen.add(name + labels)
  }
  return found
}

const busy: AutomationFigures = {
  decisions: new Map([
    ['confirmed', 3],
    ['blocked', 2],
  ]),
  removed: {count: 4, bytes: 5},
  holds: 6,
  suspendedRules: 1,
  unfinished: {count: 2, oldestAt: 1_000},
  trash: {count: 7, bytes: 8},
}
const card = {id: asArrId('Radarr'), name: 'Films', kind: 'radarr'} as unknown as ArrCard
const running = {
  queue: [{}, {}],
  fault: null,
  checks: [{level: 'warning'}, {level: 'ok'}],
} as unknown as RunningArr
const everything = {
  automation: () => busy,
  diskFigures: async () => [
    {path: '/data', isThere: true, freeBytes: 5, totalBytes: 9},
    {path: '/away', isThere: false},
    {path: '/new', isThere: null},
  ],
  trackerTotals: async (servers: readonly string[]) => [
    {name: 'tracker.example', uploaded: servers.length, downloaded: 11},
    {name: '*', uploaded: 12, downloaded: 0},
  ],
  arrsAtWork: () => [
    {card, running},
    {card: {...card, id: asArrId('Off')}, running: null},
    {
      card: {...card, id: asArrId('Ill')},
      running: {...running, queue: null, fault: 'No answer.', checks: null},
    },
  ],
}

test('promtool has nothing to complain of', async () => {
  harness = await fakeHarness(everything)
  await scrape()
  const {lines} = await scrape()
  expect(complaints(lines)).toEqual([])
  expect(lines).toContain('# TYPE process_cpu_seconds_total counter')
  expect(lines).toContain('# TYPE commodarr_server_session_downloaded_bytes_total counter')
})

test('each Arr is listed with its queue, and what is unknown of it is left out', async () => {
  harness = await fakeHarness(everything)
  const {lines} = await scrape()
  const its = (id: string) =>
    lines.filter((it) => it.includes(`arr_id="${id}"`)).map((it) => it.replace(/\{.*\}/, ''))
  expect(its('Radarr')).toEqual([
    'commodarr_arr_up 1',
    'commodarr_arr_queue 2',
    'commodarr_arr_failed_checks 1',
  ])
  expect(its('Off')).toEqual([])
  expect(its('Ill')).toEqual(['commodarr_arr_up 0'])
})

test('what rules did and have before them is shown to administrators', async () => {
  harness = await fakeHarness(everything)
  const {lines} = await scrape()
  expect(lines).toEqual(
    expect.arrayContaining([
      'commodarr_decisions_total{outcome="confirmed"} 3',
      'commodarr_decisions_total{outcome="blocked"} 2',
      'commodarr_removals_day 4',
      'commodarr_removals_day_bytes 5',
      'commodarr_holds 6',
      'commodarr_rules_suspended 1',
      'commodarr_sagas_unfinished 2',
      'commodarr_saga_oldest_start_timestamp_seconds 1',
      'commodarr_trash_items 7',
      'commodarr_trash_bytes 8',
    ]),
  )
})

test('disks are listed with their room, one that is away without any, one that was never seen not at all', async () => {
  harness = await fakeHarness(everything)
  const {lines} = await scrape()
  expect(lines.filter((it) => it.startsWith('commodarr_disk_'))).toEqual([
    'commodarr_disk_up{path="/data"} 1',
    'commodarr_disk_up{path="/away"} 0',
    'commodarr_disk_free_bytes{path="/data"} 5',
    'commodarr_disk_size_bytes{path="/data"} 9',
  ])
})

test('each tracker is listed with what moved in 30 days on the servers in sight', async () => {
  harness = await fakeHarness(everything)
  const {lines} = await scrape()
  expect(lines.filter((it) => it.startsWith('commodarr_tracker_'))).toEqual([
    `commodarr_tracker_uploaded_30d_bytes{tracker="tracker.example"} ${harness.servers.all.length}`,
    'commodarr_tracker_uploaded_30d_bytes{tracker="*"} 12',
    'commodarr_tracker_downloaded_30d_bytes{tracker="tracker.example"} 11',
    'commodarr_tracker_downloaded_30d_bytes{tracker="*"} 0',
  ])
})

test('ten thousand torrents add no line', async () => {
  harness = await fakeHarness(everything)
  const before = (await scrape()).lines.filter((it) => it.startsWith('commodarr_')).length
  for (let at = 0; at < 10_000; at++) {
    harness.fleet.records.push(torrent('qBit', at.toString(16).padStart(40, '0') as InfoHash))
  }
  expect((await scrape()).lines.filter((it) => it.startsWith('commodarr_'))).toHaveLength(before)
})

test('docs/reference/metrics.md lists every figure with its type, and no other', async () => {
  harness = await fakeHarness(everything)
  await scrape()
  const {lines} = await scrape()
  const types = lines.flatMap((line) => {
    const [, name, type] = /^# TYPE (\S+) (\w+)$/.exec(line) ?? []
    return name === undefined ? [] : [`${name} ${type}`]
  })
  const page = readFileSync(new URL('../../../docs/reference/metrics.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map((it) => `${it[1]} ${it[2]}`)
  expect(rows.toSorted()).toEqual(types.toSorted())
})
