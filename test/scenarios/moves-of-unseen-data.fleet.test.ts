import {mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {newFolder} from '../program/program.fixture.ts'
import {DiskHouse} from './disk-house.fixture.ts'
import {MINUTE, nameOf} from './scenario-harness.fixture.ts'

let house: DiskHouse
const other = newFolder()
afterEach(async () => {
  await house.stop()
  for (const folder of [other, `${house.folder}.away`]) rmSync(folder, {recursive: true, force: true})
})

test('a person moves nothing whose disk is away: its server would look for it elsewhere from then on', async () => {
  const own = nameOf('rtorrent')
  writeFileSync(join(other, 'something'), 'x')
  house = await DiskHouse.start(
    [{name: own, kind: 'rtorrent', folder: '/srv/downloads', torrents: 5}],
    `"/mnt/other" = ${JSON.stringify(other)}\n`,
  )
  const mine = house.put(own, 900, {'Pack/e01.mkv': 7_000, 'Pack/e02.mkv': 8_000})
  await house.pass(10 * MINUTE)
  // The disk is unmounted: its empty folder is there.
  renameSync(house.folder, `${house.folder}.away`)
  mkdirSync(house.folder)
  await house.pass(2 * MINUTE)
  const {body} = await house.api.send('POST', '/api/torrents/actions', {
    verb: 'setLocation',
    keys: [{server_id: own, info_hash: mine.hash}],
    args: {path: '/mnt/other', move_data: true},
  })
  const told = (body as {results: readonly {outcome: string; code?: string}[]}).results[0]!
  expect([told.outcome, house.scenario.torrent(own, mine.hash).savePath], JSON.stringify(body)).toEqual([
    'refused',
    '/srv/downloads',
  ])
})
