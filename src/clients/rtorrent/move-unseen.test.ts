import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {bounds, RtorrentSubject} from '#lab/simulators/rtorrent-subject.ts'
import type {InfoHash} from '#model/torrent-key.ts'

const A = 'a'.repeat(40) as InfoHash

test('what is complete is not said to lie at another place when none of it was seen at the one that it has', async () => {
  // Its disk is not mounted: the mapped folder is there, and empty.
  const disk = mkdtempSync(join(tmpdir(), 'commodarr-unmounted-'))
  const subject = await RtorrentSubject.start({definition: {paths: [{server: '/srv', ours: disk}]}})
  try {
    subject.world.put({
      hash: A,
      name: 'Film',
      size: 100,
      done: 100,
      fileCount: 3,
      running: true,
      state: 'seeding',
      savePath: '/srv/downloads',
    })
    await subject.connect()
    await subject.step('full')
    const outcomes = await subject.client.control.setLocation(
      [A],
      {path: '/srv/else', moveData: true},
      bounds,
    )
    expect([outcomes.get(A)!.outcome, subject.world.get(A)!.savePath]).toEqual(['failed', '/srv/downloads'])
  } finally {
    await subject.close()
    rmSync(disk, {recursive: true})
  }
})
