/** What a person meets at the terminal: the demo from start to end, and every way to start that ends at once. */
import {existsSync, globSync, rmSync, writeFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {version} from '#app/version.ts'
import {startFleetProcess} from '#lab/simulators/fleet-process.ts'
import {isFull, some} from '#test/proof.ts'
import {
  childrenOf,
  isAlive,
  newFolder,
  Program,
  sectionsOf,
  until,
  type Api,
  type Ended,
  type WireList,
} from './program.fixture.ts'

/** Of one test alone. */
let folder: string
const programs: Program[] = []

beforeEach(() => {
  folder = newFolder()
})

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.end('SIGKILL')))
  rmSync(folder, {recursive: true, force: true})
})

function run(...args: readonly string[]): Program {
  // Elsewhere than in the project, where no configuration lies about.
  const program = new Program(args, {cwd: folder, temporary: folder})
  programs.push(program)
  return program
}

/** What demos keep while they run. */
function demoFolders(): string[] {
  return globSync(join(folder, 'commodarr-demo-*'))
}

describe('--demo', () => {
  test('four servers, 2,000 torrents, one server down with its reason; SIGTERM leaves nothing behind', async () => {
    const program = run('--demo', '--port', '0')
    const api = await program.api()
    const servers = await until(
      () => api.servers(),
      (all) =>
        all.every(({torrents}) => torrents > 0) &&
        all.slice(0, 3).every(({health: {status}}) => status === 'online' || status === 'warming') &&
        `${all[3]!.health.status} ${all[3]!.health.reason}` === 'unreachable refused',
    )
    // Its last known torrents stay. Of the others some come and some go all the time.
    const list = await api.get<WireList>('/api/torrents?limit=1&fields=name')
    expect([list.complete, list.servers_total]).toEqual([false, 4])
    expect(Math.abs(list.total - 2_000)).toBeLessThan(20)
    expect(servers[3]!.torrents).toBe(180)
    expect(servers.map((one) => one.server_type)).toEqual([
      'qbittorrent',
      'transmission',
      'rtorrent',
      'qbittorrent',
    ])
    expect(servers[3]!.health.advice).not.toBe('')
    // Its torrents can be copied: where both disks are here by links, else the other server downloads.
    const ids = servers.map((one) => one.server_id)
    for (const [from, to, way] of [
      [0, 1, 'links'],
      [1, 0, 'links'],
      [0, 2, 'download'],
    ] as const) {
      const q = encodeURIComponent('is:complete is:public -is:duplicate')
      const {torrents} = await api.get<WireList>(`/api/torrents?limit=1&server_id=${ids[from]}&q=${q}`)
      const order = {
        keys: [{server_id: ids[from], info_hash: torrents[0]!.info_hash}],
        server_id: ids[to],
        download: true,
      }
      const {body} = await api.send('POST', '/api/torrents/copy-preview', order)
      expect(body).toMatchObject({ways: [{way, count: 1}], refused: []})
      expect((body as {downloads: {why_swarm: string | null}[]}).downloads.map((it) => it.why_swarm)).toEqual(
        way === 'download' ? [null] : [],
      )
    }
    const children = childrenOf(program.pid)
    expect(children).toHaveLength(1)
    // What happened before somebody looked, with its files.
    const {items} = await api.get<{items: readonly {state: string; files: number; bytes: number}[]}>(
      '/api/trash',
    )
    expect(items).toHaveLength(12)
    expect(items.every((it) => it.state === 'kept' && it.files > 0 && it.bytes > 0)).toBe(true)
    const {rules} = await api.get<{rules: readonly {name: string; suspended: object | null}[]}>('/api/rules')
    expect(rules.filter(({suspended}) => suspended !== null).map(({name}) => name)).toEqual(['Unregistered'])
    const {users} = await api.get<{users: readonly object[]}>('/api/users')
    expect(users).toHaveLength(2)
    const {lines} = await api.get<{lines: readonly {kind: string; count: number}[]}>('/api/today')
    expect(lines.find(({kind}) => kind === 'recycled')).toMatchObject({count: 9})
    expect(await program.end()).toEqual({code: 0, signal: null})
    expect(children.filter(isAlive)).toEqual([])
    expect(demoFolders()).toEqual([])
    expect(program.err).toBe('')
  })

  test.runIf(isFull)(
    'a stalled movie waits for the time of its rule alone, and is searched again',
    async () => {
      const api = await run('--demo', '--port', '0').api()
      interface Journal {
        readonly entries: readonly {readonly name: string; readonly phase: string; readonly actor: string}[]
      }
      interface Queue {
        readonly rows: readonly {readonly row: {readonly title: string}}[]
      }
      // Its server and itself would be too new for that for ten minutes, which nobody waits for here.
      await until(
        () => api.get<Journal>('/api/journal?verb=failDownload&limit=20'),
        ({entries}) =>
          entries.some(
            ({name, phase, actor}) =>
              /^The\.Borrowed\.Orchard\..+-KELP$/.test(name) &&
              actor === 'Demo Radarr: stalled' &&
              phase === 'confirmed',
          ),
      )
      const {rows} = await until(
        () => api.get<Queue>('/api/arrs/Demo%20Radarr/queue'),
        (queue) => queue.rows.some(({row}) => /^The\.Borrowed\.Orchard\..+-WREN$/.test(row.title)),
      )
      expect(rows.filter(({row}) => row.title.endsWith('Orchard.1996.1080p.WEB-DL.x264-KELP'))).toEqual([])
      // Whoever is away is as young as its return; all others have been online for long.
      const young = {
        name: 'R',
        when: {fact: 'server.onlineFor', op: 'lt', value: '10m'},
        do: [{action: 'stop'}],
      }
      const {body} = await api.send('POST', '/api/rules/preview', {rule: young})
      expect(body).toMatchObject({matched: {count: 180}})
    },
  )

  test.runIf(isFull)(
    'what is in its trash comes back whole, and a removal with files frees them',
    async () => {
      const api = await run('--demo', '--port', '0').api()
      await until(
        () => api.list('fields=name'),
        ({servers_online: online}) => online === 3,
      )
      interface Trash {
        readonly items: readonly {
          readonly id: string
          readonly state: string
          readonly message: string | null
          readonly not_restored: readonly object[]
        }[]
      }
      const trash = () => api.get<Trash>('/api/trash')
      const [{id}] = (await trash()).items as [Trash['items'][number]]
      expect((await api.send('POST', `/api/trash/${id}/restore`)).status).toBe(204)
      const {items} = await until(
        trash,
        ({items: all}) => all.find((it) => it.id === id)?.state === 'restored',
      )
      expect(items.find((it) => it.id === id)).toMatchObject({message: null, not_restored: []})
      for (const server of ['demo-seedbox', 'demo-nas', 'demo-basement']) {
        const {torrents} = await api.list(`server_id=${server}&state=seeding&fields=name`)
        const keys = torrents.slice(0, 2).map(({server_id, info_hash}) => ({server_id, info_hash}))
        const {body} = await api.send('POST', '/api/torrents/removal-preview', {keys})
        const [reported] = (body as {servers: [{size: number; freed: number}]}).servers
        expect([server, reported.freed]).toEqual([server, reported.size])
      }
    },
  )

  test.runIf(isFull)('its torrents are in motion, and take commands', async () => {
    const api = await run('--demo', '--port', '0').api()
    // The fourth is online for a moment, too.
    await until(
      () => api.servers(),
      (all) =>
        all.slice(0, 3).every(({health: {status}}) => status === 'online') &&
        all[3]!.health.status === 'unreachable',
    )
    // Some come and some go all the time.
    expect(Math.abs((await api.list('fields=name')).total - 2_000)).toBeLessThan(20)
    for (const {server_id: id} of (await api.servers()).slice(0, 3)) {
      const look = async () => JSON.stringify((await api.list(`server_id=${id}`)).torrents)
      const before = await look()
      await until(look, (now) => now !== before)
    }
    await commandsWork(api)
  })

  /** One torrent on each server is stopped, and the list says so in the server's own word. */
  async function commandsWork(api: Api): Promise<void> {
    // What has just begun does not go meanwhile, as old ones do when one is complete.
    const {torrents} = await api.list('q=-is:stale&state=downloading&sort=progress&fields=name')
    const servers = [...new Set(torrents.map(({server_id: id}) => id))]
    const keys = servers.map((id) => torrents.find((one) => one.server_id === id)!)
    const asked = keys.map(({server_id, info_hash}) => ({server_id, info_hash}))
    const results = await api.act('stop', asked)
    expect(results.map(({outcome}) => outcome)).toEqual(['done', 'done', 'done'])
    const isStopped = async (hash: string, id: string) => {
      const {body} = await api.send('GET', `/api/torrents/${hash}?server_id=${id}`)
      return (body as {torrents: [{state: string; pending: string[]}]}).torrents[0]
    }
    for (const {info_hash: hash, server_id: id} of asked) {
      await until(
        () => isStopped(hash, id),
        ({state, pending}) => state === 'stopped' && pending.length === 0,
      )
    }
  }

  test.runIf(isFull)('it shows the pages that the environment names', async () => {
    writeFileSync(join(folder, 'index.html'), '<title>pages of somebody</title>')
    const program = new Program(['--demo', '--port', '0'], {
      cwd: folder,
      temporary: folder,
      env: {COMMODARR_PAGES: folder},
    })
    programs.push(program)
    const {url} = await program.api()
    const page = await fetch(`${url}/`, {headers: {accept: 'text/html'}})
    expect(await page.text()).toContain('pages of somebody')
  })

  test.runIf(isFull)('killed, it takes its simulated servers along', async () => {
    const program = run('--demo', '--port', '0')
    await program.api()
    const children = childrenOf(program.pid)
    await program.end('SIGKILL')
    await until(
      () => children.filter(isAlive),
      (alive) => alive.length === 0,
    )
    expect(children).toHaveLength(1)
  })

  test.runIf(isFull)('stopped while it is still starting, it leaves nothing behind', async () => {
    const program = run('--demo', '--port', '0')
    await until(
      () => program.out,
      (out) => out.includes('Commodarr'),
    )
    const children = childrenOf(program.pid)
    expect({...(await program.end()), err: program.err}).toMatchObject({code: 0, signal: null, err: ''})
    await until(
      () => children.filter(isAlive),
      (alive) => alive.length === 0,
    )
    expect(demoFolders()).toEqual([])
  })
})

describe('what ends at once', () => {
  type Ending = Ended & {readonly out: string; readonly err: string}

  async function ending(...args: readonly string[]): Promise<Ending> {
    const program = run(...args)
    return {...(await program.ended), out: program.out, err: program.err}
  }

  test.runIf(isFull)('--help prints the options, --version the version; both end with 0', async () => {
    const [help, said] = await Promise.all([ending('--help'), ending('--version')])
    expect([help.code, help.err, said.code, said.out.trim()]).toEqual([0, '', 0, version])
    for (const option of ['--config', '--data', '--host', '--port', '--demo', 'check-config'])
      expect(help.out).toContain(option)
  })

  test.runIf(isFull)('what is no command, no option or no port ends with 2 and says what is', async () => {
    for (const args of some(1, [['--port', 'many'], ['dance'], ['--dance'], ['--port', '70000']])) {
      const {code, out, err} = await ending(...args)
      expect([args, code, out]).toEqual([args, 2, ''])
      expect(err).toMatch(/check-config|--port/)
    }
  })

  test.runIf(isFull)(
    'check-config ends with 0 for a file without faults, else with 1, line and key',
    async () => {
      const [good, bad] = [join(folder, 'good.toml'), join(folder, 'bad.toml')]
      writeFileSync(
        good,
        '[qBit]\nHost = "127.0.0.1"\nPort = 8080\nUserName = "me"\nPassword = "hidden-word"\n',
      )
      writeFileSync(bad, '[qBit]\nHost = "127.0.0.1"\nPort = "no port"\nPassword = "hidden-word"\n')
      const [fine, faulty, absent] = (await Promise.all(
        [good, bad, join(folder, 'nowhere.toml')].map((path) => ending('check-config', '--config', path)),
      )) as [Ending, Ending, Ending]
      expect([fine.code, faulty.code, absent.code]).toEqual([0, 1, 1])
      expect(faulty.out).toMatch(/3[\s\S]*Port/)
      expect(fine.out + fine.err + faulty.out + faulty.err).not.toContain('hidden-word')
    },
  )

  test.runIf(isFull)('a file that is not there ends with 1 and its path', async () => {
    const path = join(folder, 'nowhere.toml')
    const {code, out, err} = await ending('--config', path, '--data', join(folder, 'data'), '--port', '0')
    expect(code).toBe(1)
    expect(out + err).toContain(path)
  })

  test('a port in use ends with 1 and a sentence that names it', async () => {
    const taken = createServer()
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
    const {port} = taken.address() as AddressInfo
    for (const args of some(1, [['--data', join(folder, 'data')], ['--demo']])) {
      const {code, out, err} = await ending(...args, '--port', String(port))
      expect([args, code]).toEqual([args, 1])
      // Nothing was opened, and a demo began no server: it would have told of them.
      expect([existsSync(join(folder, 'data')), demoFolders()]).toEqual([false, []])
      expect(out).not.toMatch(/simulated/)
      expect(err).toMatch(new RegExp(`^Port ${port} is in use\\.[^\\n]*--port[^\\n]*\\n$`))
    }
    taken.close()
  })
})

describe('without a configuration', () => {
  test('it says so and what to do, lets the first person in, and takes the file when it comes', async () => {
    const program = run('--data', join(folder, 'data'), '--port', '0', '--host', '127.0.0.1')
    const api = await program.api()
    await until(
      () => program.out,
      (out) => out.includes('There is no configuration file') && out.includes('[qBit]'),
    )
    expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(program.out).toContain(`Open ${api.url}/setup#token=`)
    expect(await api.send('GET', '/api/servers')).toMatchObject({status: 401, body: {code: 'setup_needed'}})
    await api.setUp()
    expect(await api.servers()).toEqual([])
    const fleet = await startFleetProcess({
      servers: [{name: 'Transmission-late', kind: 'transmission', version: '4.1.4', count: 5, seed: 1}],
    })
    writeFileSync(join(folder, 'config.toml'), sectionsOf(fleet.definitions))
    await until(
      () => api.list('fields=name'),
      ({total, complete}) => total === 5 && complete,
    )
    expect(await program.end()).toEqual({code: 0, signal: null})
    await fleet.stop()
  })

  test.runIf(isFull)(
    'where it can be reached by all, no one comes in before the first administrator is made',
    async () => {
      const program = run('--data', join(folder, 'data'), '--port', '0', '--host', '0.0.0.0')
      const api = await program.api()
      expect(api.url).toContain('0.0.0.0')
      expect(await api.send('GET', '/api/torrents')).toMatchObject({status: 401})
      expect(await program.end()).toEqual({code: 0, signal: null})
    },
  )
})
