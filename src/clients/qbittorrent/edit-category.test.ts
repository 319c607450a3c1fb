/** `torrents/editCategory` up to 5.1 resets to the default what a request leaves out: it creates new `CategoryOptions`. */
import {afterEach, expect, test} from 'vitest'
import {bounds, Stage} from '#lab/simulators/qbittorrent-stage.ts'

let stage: Stage
afterEach(() => stage.close())

test('a category that is saved elsewhere keeps its folder for what is not complete', async () => {
  stage = await Stage.open({version: '4.6.7', count: 3})
  await stage.client.connect(bounds)
  stage.world.commands.createCategory({name: 'films', savePath: '/f'})
  const sent: URLSearchParams[] = []
  const handle = stage.face.handle.bind(stage.face)
  stage.face.handle = async (request) => {
    if (request.path.endsWith('torrents/categories')) {
      const body = JSON.stringify({films: {name: 'films', savePath: '/f', download_path: '/ssd/incomplete'}})
      return {status: 200, headers: {'content-type': 'application/json'}, body: [body]}
    }
    if (request.path.endsWith('torrents/editCategory'))
      sent.push(new URLSearchParams(request.body.toString()))
    return handle(request)
  }
  const work = stage.client.server.editCategory({name: 'films', savePath: '/g'}, bounds)
  const state = {isDone: false}
  void work.finally(() => (state.isDone = true))
  while (!state.isDone) await stage.clock.advance(100)
  await work
  expect(Object.fromEntries(sent[0]!)).toMatchObject({
    downloadPathEnabled: 'true',
    downloadPath: '/ssd/incomplete',
  })
})
