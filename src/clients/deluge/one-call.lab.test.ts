/** What deluge-web takes in one message, on real daemons and in the simulator: the reason why labels go out one by one. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {startDeluge} from '#lab/daemons/deluge.ts'
import {readySuites} from '#lab/daemons/suites.ts'
import {startSimServer} from '#lab/simulators/sim-server.ts'
import {systemClock} from '#lib/clock.ts'

interface Web {
  readonly url: string
  readonly password: string
  end(): Promise<void>
}

async function simulated(): Promise<Web> {
  const password = 'simulated'
  const {server} = await startSimServer(
    {name: 'one', kind: 'deluge', version: '2.0.3', seed: 1, count: 2, password},
    systemClock,
  )
  return {url: server.url, password, end: () => server.stop()}
}

const webs: readonly (readonly [string, () => Promise<Web>])[] = [
  ['simulator', simulated],
  ...readySuites().map((suite): [string, () => Promise<Web>] => [
    suite,
    async () => {
      const daemon = await startDeluge({suite})
      return {url: daemon.url, password: daemon.password, end: () => daemon.dispose()}
    },
  ]),
]

describe.each(webs)('deluge-web (%s)', (_, start) => {
  let web: Web
  let cookie = ''
  beforeAll(async () => {
    web = await start()
    const answer = await post({method: 'auth.login', params: [web.password], id: 1})
    expect(answer).toMatchObject({result: true})
    const hosts = await call('web.get_hosts', [])
    await call('web.connect', [(hosts.result as string[][])[0]![0]])
    while ((await call('web.connected', [])).result !== true);
  })
  afterAll(() => web.end())

  interface Answer {
    readonly result: unknown
    readonly error: {readonly code: number; readonly message: string} | null
  }

  async function post(body: unknown): Promise<Answer> {
    const headers = {'content-type': 'application/json', cookie}
    const answer = await fetch(`${web.url}/json`, {method: 'POST', headers, body: JSON.stringify(body)})
    cookie = /^[^;]*/.exec(answer.headers.get('set-cookie') ?? '')?.[0] || cookie
    return (await answer.json()) as Answer
  }
  const call = (method: string, params: readonly unknown[]) => post({method, params, id: 1})

  test('several calls in one message are refused', async () => {
    const calls = [1, 2].map((id) => ({method: 'label.get_labels', params: [], id}))
    expect((await call('label.get_labels', [])).error).toBeNull()
    expect(await post(calls)).toMatchObject({result: null, error: {code: 5}})
  })

  test('a label is set for one torrent: no call takes several', async () => {
    await call('label.add', ['films'])
    const hashes = ['a', 'b'].map((digit) => digit.repeat(40))
    const {error} = await call('label.set_torrent', [hashes, 'films'])
    expect(error).toMatchObject({code: 4})
    expect((await call('label.set_torrents', [hashes, 'films'])).error).toMatchObject({code: 2})
  })
})
