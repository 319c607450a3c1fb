/** The same on PostgreSQL: the client is killed, and the server with everything it has in memory. */
import {setTimeout as pause} from 'node:timers/promises'
import pg from 'pg'
import {expect, test} from 'vitest'
import {startPostgres, type LabPostgres} from '#lab/daemons/postgres.ts'
import {waitUntil} from '#lab/daemons/process.ts'
import {chances} from '#test/doubles/chances.ts'
import {isFull} from '#test/proof.ts'
import {StoreChild} from '#test/store/child.fixture.ts'
import {acknowledged, expectWholePairs} from '#test/store/kill-check.fixture.ts'

const CLIENT_KILLS = isFull ? 40 : 8
const SERVER_CRASHES = isFull ? 6 : 2

test('killed clients and crashed servers: nothing acknowledged is lost, nothing is half', async () => {
  const random = chances()
  const server = await startPostgres({durable: true})
  try {
    server.run('create database kill')
    await new StoreChild([server.url('kill'), 'serve']).end()
    const all: string[] = []
    for (let n = 0; n < CLIENT_KILLS; n++) {
      const child = new StoreChild([server.url('kill'), 'flood', `c${n}`])
      if (n % 5 === 0) await pause(random.between(0, 400))
      else {
        await child.printed(3 + random.below(20))
        await pause(random.between(0, 20))
      }
      await child.kill()
      all.push(...acknowledged(child.lines))
    }
    await expectWhole(server, all)
    for (let n = 0; n < SERVER_CRASHES; n++) {
      const child = new StoreChild([server.url('kill'), 'flood', `s${n}`])
      await child.printed(3 + random.below(60))
      await pause(random.between(0, 20))
      await (n % 2 === 0 ? server.crash() : server.killOne())
      if (n % 2 === 0) await server.start()
      await child.kill()
      all.push(...acknowledged(child.lines))
      await expectWhole(server, all)
    }
    expect(all.length).toBeGreaterThan(CLIENT_KILLS)
  } finally {
    await server.dispose()
  }
}, 600_000)

async function expectWhole(server: LabPostgres, all: readonly string[]): Promise<void> {
  // It may be repairing itself.
  const names = await waitUntil('PostgreSQL to be back', () => namesIn(server.url('kill')).catch(() => null))
  expectWholePairs(new Set(names), all)
}

async function namesIn(url: string): Promise<string[]> {
  const client = new pg.Client({connectionString: url})
  client.on('error', () => {})
  await client.connect()
  try {
    const {rows} = await client.query<{name: string}>('select name from settings')
    return rows.map(({name}) => name)
  } finally {
    await client.end()
  }
}
