import {afterEach, expect, test} from 'vitest'
import {believedFree} from '#model/server.ts'
import {fakeHouse, health, server, type FakeHarness} from '#test/http/http-fakes.ts'

let house: FakeHarness
afterEach(() => house.http.close())

async function scrape(): Promise<{type: string | undefined; lines: string[]}> {
  const answer = await house.http.app.inject('/api/metrics')
  expect(answer.statusCode).toBe(200)
  return {type: answer.headers['content-type']?.toString(), lines: answer.body.split('\n')}
}

test('servers are told by id, name and kind, in the text format of Prometheus', async () => {
  house = await fakeHouse()
  const stats = {
    downSpeed: 7,
    upSpeed: 8,
    sessionDownloaded: 9,
    sessionUploaded: 10,
    freeSpace: believedFree(2 ** 41),
  }
  house.servers.all[0] = server('qBit', {stats, torrents: 2})
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
      `commodarr_server_session_downloaded_bytes{${labels}} 9`,
      `commodarr_server_session_uploaded_bytes{${labels}} 10`,
      `commodarr_server_free_space_bytes{${labels}} ${2 ** 41}`,
      `commodarr_server_health{${labels},status="online",reason="none"} 1`,
      `commodarr_server_latency_seconds{${labels},percentile="50"} 0.003`,
      `commodarr_server_latency_seconds{${labels},percentile="95"} 0.009`,
    ]),
  )
})

test('of a server that is down its health is told, and no figure that nobody knows', async () => {
  house = await fakeHouse()
  const {lines} = await scrape()
  const down = lines.filter((it) => it.includes('server_id="down"'))
  const labels = 'server_id="down",server_name="down",server_type="rtorrent"'
  expect(down).toContain(`commodarr_server_up{${labels}} 0`)
  expect(down).toContain(`commodarr_server_health{${labels},status="unreachable",reason="refused"} 1`)
  expect(down.filter((it) => /speed|session|free/.test(it))).toEqual([])
})

test('what a server tells of a disk that is away is no figure', async () => {
  const stats = {downSpeed: 7, upSpeed: 8, freeSpaceUnknown: 'Another disk is there.'}
  house = await fakeHouse()
  house.servers.all[0] = server('qBit', {stats})
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
  house = await fakeHouse()
  house.servers.all[0] = server('qBit', {stats, health: health({status: 'unreachable', reason: 'timed_out'})})
  const {lines} = await scrape()
  expect(lines.filter((it) => it.includes('"qBit"') && /speed|session|free/.test(it))).toEqual([])
})

test('figures that are no numbers are left out', async () => {
  house = await fakeHouse()
  const stats = {downSpeed: Number.NaN, upSpeed: Infinity, freeSpace: believedFree(1)}
  house.servers.all[0] = server('qBit', {stats})
  const {lines} = await scrape()
  expect(lines.filter((it) => it.includes('"qBit"') && it.includes('speed'))).toEqual([])
})

test('a hostile name stays inside its quotes', async () => {
  house = await fakeHouse()
  const name = 'x"} 1\nevil{a="b\\'
  house.servers.all[0] = server('qBit', {name})
  const {lines} = await scrape()
  expect(lines.filter((it) => it.startsWith('evil'))).toEqual([])
  expect(lines).toContain(
    'commodarr_server_up{server_id="qBit",server_name="x\\"} 1\\nevil{a=\\"b\\\\",server_type="qbittorrent"} 1',
  )
})

test('the process is told to administrators', async () => {
  house = await fakeHouse()
  const {lines} = await scrape()
  expect(lines).toContainEqual(expect.stringMatching(/^process_resident_memory_bytes \d+$/))
  expect(lines).toContainEqual(expect.stringMatching(/^nodejs_eventloop_utilization_ratio [\d.e-]+$/))
})
