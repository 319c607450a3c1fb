/**
 * For tests: a program that keeps a store, to be killed and to be started under limits and as other users.
 *
 *   store-child.ts FILE|URL serve            answers each line `put NAME BYTES`, `get`, `state` with a line of JSON
 *   store-child.ts FILE|URL flood PREFIX     writes pairs as fast as it can, and prints each one that was acknowledged
 *   store-child.ts FOLDER lock               takes the lock of the folder, says so and keeps it
 *
 * As the user with the number in `STORE_CHILD_USER`, where that is set.
 */
import {createInterface} from 'node:readline'
import {FolderLock} from '#store/folder-lock.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import {Store} from '#store/store.ts'
import {becomeUser} from '../other-user.ts'

const [place = '', mode, prefix = ''] = process.argv.slice(2)

const answer = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
const refused = (error: unknown) => {
  const {code, message} = error as {code?: string; message: string}
  answer({code: code ?? 'none', message})
}

function open(): Promise<Store> {
  return place.startsWith('postgres') ? Store.postgres(place) : Store.sqlite(place)
}

async function serve(): Promise<void> {
  const store = await open()
  answer({ready: true})
  for await (const line of createInterface({input: process.stdin})) {
    const [verb, name = '', bytes = '0'] = line.split(' ')
    try {
      if (verb === 'put') await store.write((db) => putSetting(db, name, 'x'.repeat(Number(bytes)), 1))
      if (verb === 'get') answer({names: [...(await store.read(readSettings)).keys()].sort()})
      else answer({ok: true, state: store.state.code})
    } catch (error) {
      refused(error)
    }
  }
  await store.close()
}

/** Both halves of a pair or none: they are written in one transaction, with something in between. */
async function flood(): Promise<void> {
  const store = await open()
  answer({ready: true})
  for (let n = 0; ; n++) {
    const id = `${prefix}.${n}`
    await store.write(async (db) => {
      await putSetting(db, `${id}.a`, 'a'.repeat((n % 10) * 200), n)
      await new Promise((done) => setImmediate(done))
      await putSetting(db, `${id}.b`, n, n)
    })
    process.stdout.write(`${id}\n`)
  }
}

try {
  const user = process.env['STORE_CHILD_USER']
  if (user !== undefined) becomeUser(Number(user))
  if (mode === 'lock') {
    await FolderLock.take(place)
    answer({ready: true})
    setInterval(() => {}, 60_000)
  } else await (mode === 'flood' ? flood() : serve())
} catch (error) {
  refused(error)
  process.exitCode = 1
}
