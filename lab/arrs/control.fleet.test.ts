import {expect, test} from 'vitest'
import {startControl} from './control.ts'
import {createArrSim} from './create.ts'

test('another process defines a release, moves the clock, sees what came of it, and breaks things', async () => {
  const sim = await createArrSim({
    clock: 'virtual',
    instances: [
      {
        name: 'My Radarr',
        app: 'radarr',
        library: [{title: 'Some Film', year: 2020}],
        downloadClients: [{name: 'A', category: 'films'}],
      },
    ],
  })
  const control = await startControl(sim)
  const ask = async (path: string, body?: object): Promise<{status: number; said: unknown}> => {
    const init = body === undefined ? {} : {method: 'POST', body: JSON.stringify(body)}
    const response = await fetch(`${control.url}/${path}`, init)
    return {status: response.status, said: await response.json()}
  }
  const said = async (path: string, body?: object) => (await ask(path, body)).said as Record<string, unknown>
  try {
    const [one] = (await said('instances')) as unknown as {url: string; apiKey: string}[]
    const {hash} = await said('My%20Radarr/release', {itemId: 1, life: {completeAfter: null}})
    expect(await said('My%20Radarr/grab', {hash})).toEqual({grabbed: true})
    await said('advance', {ms: 20_000})
    expect((await said('My%20Radarr/state')).queue).toMatchObject([{downloadId: hash, state: 'downloading'}])
    const {id} = await said('My%20Radarr/refresh', {})
    await said('My%20Radarr/restart', {})
    expect((await said('My%20Radarr/state')).commands).toContainEqual(
      expect.objectContaining({id, status: 'queued'}),
    )
    await said(`My%20Radarr/torrent/${String(hash)}`, {completeAfter: 1})
    await said('advance', {ms: 120_000})
    expect((await said('My%20Radarr/stats')).imports).toEqual([hash])
    const status = () =>
      fetch(`${one!.url}/api/v3/tag`, {headers: {'X-Api-Key': one!.apiKey}}).then((it) => it.status)
    await said('My%20Radarr/faults', {kind: '502'})
    expect(await status()).toBe(502)
    await said('My%20Radarr/clear', {})
    expect(await status()).toBe(200)
    await said('My%20Radarr/down', {})
    await expect(status()).rejects.toThrow()
    await said('My%20Radarr/up', {})
    await said('My%20Radarr/replace', {library: [{title: 'Quite Another Film', year: 1999}]})
    const movies = await fetch(`${one!.url}/api/v3/movie`, {headers: {'X-Api-Key': one!.apiKey}})
    expect(await movies.json()).toMatchObject([{id: 1, title: 'Quite Another Film', hasFile: false}])
    expect((await said('My%20Radarr/requests')) as unknown).toMatchObject([
      {path: '/api/v3/tag', status: 502},
      {path: '/api/v3/tag', status: 200},
      {method: 'GET', path: '/api/v3/movie', status: 200},
    ])
    expect((await ask('My%20Radarr/nonsense', {})).status).toBe(400)
    expect((await ask('Nobody/state')).status).toBe(400)
  } finally {
    await control.close()
    await sim.close()
  }
})
