import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {Sealer, EncryptionKey} from '#accounts/secrets.ts'
import {ConfigFile, type FileServers} from '#config/edit/config-file.ts'
import {fileServers} from '#config/edit/write-back.ts'
import {loadConfig} from '#config/load.ts'
import {watchConfig, type ConfigWatch} from '#config/watch.ts'
import {Secret} from '#model/secret.ts'
import {asServerId} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {listReader} from '#request-work/readers.ts'
import {insideWork} from '#test/doubles/inside-work.ts'
import {ServerImport, type ImportRequest} from '../import/import.ts'
import {ServerDirectory} from './directory.ts'
import {acting} from './drafts.fixture.ts'
import {codeOf} from './servers-harness.fixture.ts'
import {OwnedWrites} from '../owned/writes.ts'
import {serverTable} from './table.ts'
import {ServerService} from './service.ts'

const text = `# What runs in the cellar.
[qBit]
Host = "cellar.lan" # on the shelf
Port = 8080
UserName = "admin"
Password = "old"

[Transmission-NAS]
Url = "http://nas.lan:9091/transmission/rpc"
`

const open: {watch: ConfigWatch; store: Store; folder: string}[] = []
afterEach(async () => {
  for (const {watch, store, folder} of open.splice(0)) {
    watch.close()
    await store.close()
    rmSync(folder, {recursive: true, force: true})
  }
})

/** As the program is put together: the watcher reads the file, and nobody else does. */
async function program() {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-file-'))
  const path = join(folder, 'config.toml')
  writeFileSync(path, text)
  const clock = new VirtualClock()
  const store = await Store.sqlite(':memory:')
  const load = () => loadConfig({path, env: {}, cwd: folder, root: folder})
  const loaded = await load()
  const directory = new ServerDirectory(
    () => null,
    {values: {membersPublicOnly: true, memberAddresses: []}},
    () => null,
  )
  directory.setFile(loaded.config.servers)
  let reads = 0
  const watch = watchConfig({
    loaded,
    load,
    clock,
    onChange: (change) => {
      reads++
      if (change.type === 'changed') directory.setFile(change.after.config.servers)
    },
  })
  open.push({watch, store, folder})
  const file: FileServers = fileServers(
    new ConfigFile(
      () => watch.inForce,
      {},
      () => watch.check(),
      clock,
    ),
  )
  const service = new ServerService(
    new OwnedWrites(
      {
        store,
        directory,
        sealer: new Sealer(EncryptionKey.random()),
        clock,
        log: {error: () => {}},
        refusals: everyRefusal,
      },
      serverTable,
    ),
    directory,
    file,
    () => null,
    () => true,
  )

  const definition = (id: string) => directory.former(asServerId(id))?.definition
  return {
    service,
    directory,
    definition,
    reads: () => reads,
    path,
    file: () => readFileSync(path, 'utf8'),
    ada: acting('', 'administrator', directory),
    ann: acting('', 'member', directory),
  }
}

test('who changes a server of the file finds it changed in the file and in force, once', async () => {
  const it = await program()
  const id = asServerId('qBit')
  await it.service.change(it.ada, id, {password: new Secret('new'), enabled: false, tags: ['cellar']})
  expect(it.file()).toBe(text.replace('"old"', '"new"\nDisabled = true'))
  expect(it.definition('qBit')).toMatchObject({password: new Secret('new'), enabled: false})
  expect(it.directory.card(id)!.tags).toEqual(['cellar'])
  expect(it.reads()).toBe(1)
})

test('who removes a server of the file takes its section away', async () => {
  const it = await program()
  await it.service.remove(it.ada, asServerId('qBit'))
  expect(it.file()).toBe(`# What runs in the cellar.\n\n${text.slice(text.indexOf('[Transmission'))}`)
  expect(it.definition('qBit')).toBeUndefined()
})

test('an edit by hand that was not read yet is kept, and the change refused', async () => {
  const it = await program()
  const manual = text.replace('cellar.lan', 'attic.lan')
  writeFileSync(it.path, manual)
  expect(await codeOf(it.service.change(it.ada, asServerId('qBit'), {name: 'X'}))).toBe('file_changed')
  expect(it.file()).toBe(manual)
})

test('a list that means servers of the file changes each of them there', async () => {
  const it = await program()
  const bringing = new ServerImport(listReader(insideWork), it.service, (id) => it.directory.former(id))
  const list =
    'http://admin:typed@cellar.lan:8080 qBit\ntransmission http://me:pw@nas.lan:9091 Transmission-NAS'
  const request: ImportRequest = {
    input: {text: list},
    format: 'auto',
    passphrase: null,
    mode: 'merge',
    ofEveryone: false,
    choices: [],
  }
  const {results} = await bringing.apply(it.ada, request, null)
  expect(results.map(({status}) => status)).toEqual(['done', 'done'])
  expect(it.file()).toBe(`${text.replace('"old"', '"typed"')}UserName = "me"\nPassword = "pw"\n`)
  expect(it.definition('Transmission-NAS')).toMatchObject({username: 'me', password: new Secret('pw')})
})

test('members change nothing in the file', async () => {
  const it = await program()
  expect(await codeOf(it.service.change(it.ann, asServerId('qBit'), {name: 'X'}))).toBe('forbidden')
  expect(it.file()).toBe(text)
})
