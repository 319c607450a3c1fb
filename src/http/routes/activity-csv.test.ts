/** The export, opened by a spreadsheet that takes semicolons between cells, as Excel does in half of Europe. */
import {expect, test} from 'vitest'
import {Audit} from '#journal/audit.ts'
import {Journal} from '#journal/journal.ts'
import {asUserId} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'
import {fakeHarness, hashOf} from '#test/http/http-fakes.ts'
import {activityRoutes} from './activity.ts'

const NOW = Date.UTC(2026, 10, 23, 12, 40)

test.each(['Film;=cmd|"/C calc"!A0', 'Film;@SUM(1)', 'Film;+1', 'Film\t=1+1'])(
  'a torrent called %j makes no formula, whatever stands between cells',
  async (name) => {
    const store = await Store.sqlite(':memory:')
    await new Journal(store, () => false).write([
      {
        id: 'one',
        at: NOW,
        actor: {name: 'Mara', origin: 'user', userId: asUserId('mara'), address: null},
        subject: 'torrent',
        serverId: asServerId('qBit'),
        hash: hashOf('a'),
        name,
        verb: 'setCategory',
        args: {},
        phase: 'confirmed',
      },
    ])
    const harness = await fakeHarness({
      nouns: [
        activityRoutes({
          audit: new Audit(store),
          history: {health: async () => []},
          arrivals: () => [],
          managers: {of: () => null},
          trash: {list: () => []},
          clock: {now: () => NOW},
          userName: () => null,
        }),
      ],
    })
    const {statusCode, body} = await harness.http.app.inject({
      url: '/api/activity/export?format=csv',
      headers: {host: 'localhost'},
    })
    await harness.http.close()
    await store.close()
    expect(statusCode).toBe(200)
    expect(body).toContain('Film')
    const cells = body.split(/[;\t\r\n]/)
    expect(cells.filter((cell) => /^"?[=+\-@]/.test(cell))).toEqual([])
  },
)
