import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {eraseHandlersIn, readLimitEndsOfStarted} from './erase-handlers.ts'
import {RpcFault, type RpcValue} from './rpc.ts'
import type {RtorrentSession} from './session.ts'

/** Of rTorrent itself, as 0.9.8 tells them. */
const own = {'!_download_list': 'ui.unfocus_download=', '~_delete_tied': 'd.delete_tied='}

test('what rTorrent has of its own leaves data alone', () => {
  expect(eraseHandlersIn(own)).toEqual({are: 'harmless'})
})

const history = String.raw`execute.nothrow={sh,-c,\"$0\" \"$@\" </dev/null >/dev/null 2>&1 &,php,/srv/rutorrent/plugins/history/update.php,3,$d.name=,$d.size_bytes=,"$t.multicall=$d.hash=,t.url=,cat=#",$d.custom1=,$d.custom=x-pushbullet,me}`

test.each([
  ['of ruTorrent that was turned off', 'cat='],
  ['a note in the log', 'print=erased'],
  ['two of them', 'print=erased ; d.delete_tied='],
  ['the history of ruTorrent', history],
])('harmless: %s', (_what, text) => {
  expect(eraseHandlersIn({...own, added: text})).toEqual({are: 'harmless'})
})

test.each([
  String.raw`d.open= ; branch=d.custom5=,"f.multicall=,\"file.append=(cat,/srv/list/,$system.pid=,.tmp),$f.frozen_path=\""`,
  'branch=d.custom5=,"execute={/srv/rutorrent/plugins/erasedata/fin.sh,/srv/list,$system.pid=,$d.hash=,$d.base_path=,$d.custom5=}"',
  'branch=d.get_custom5=,d.open=',
  String.raw`branch=d.get_custom5=,"f.multicall=default,\"execute={rm,-rf,--,$f.get_frozen_path=}\""`,
  'branch=d.custom5=,"execute2={rm,-rf,--,$d.base_path=}"',
])('of marked torrents alone, as ruTorrent has it: %s', (text) => {
  expect(eraseHandlersIn({...own, erasedata0me: text})).toEqual({are: 'marked'})
})

test.each([
  'execute.nothrow=rm,-rf,--,$d.base_path=',
  'execute={rm,-rf,--,$d.base_path=}',
  'execute.nothrow.bg={sh,-c,rm -rf "$0",$d.base_path=}',
  'execute={/home/me/cleanup.sh,$d.base_path=}',
  'execute={rm,-rf,$d.base_path=,/plugins/history/update.php}',
  'my_delete=',
  'print=$execute.capture=rm',
  'cat=a;execute={rm,a}',
  'branch=d.custom2=,"execute={rm,-rf,--,$d.base_path=}"',
  'branch=d.custom5=,print=kept,"execute={rm,-rf,--,$d.base_path=}"',
  'branch=d.custom5=,"print=marked","execute={rm,-rf,--,$d.base_path=}"',
  'branch=d.custom5=,"print=marked" ; execute={rm,-rf,--,$d.base_path=}',
  'branch=$not=$d.custom5=,"execute={rm,-rf,--,$d.base_path=}"',
])('may delete data: %s', (text) => {
  const found = eraseHandlersIn({...own, delete_data: text})
  expect(found.are).toBe('dangerous')
  expect(JSON.stringify(found)).toContain('delete_data')
})

test.each([[''], [0], [['ui.unfocus_download=']]])('what is not reported may be anything: %j', (answer) => {
  expect(eraseHandlersIn(answer)).toMatchObject({are: 'dangerous'})
})

test.each([
  ['only stops', 'd.try_close=', {min: 200, max: 300}, 9_000, 'stays'],
  ['erases, below its ratios', 'd.erase=', {min: 200, max: 300}, 1_999, 'stays'],
  ['erases, from its lowest ratio on', 'd.erase=', {min: 200, max: 300}, 2_000, 'goes'],
  ['erases, from its highest ratio on', 'd.erase=', {min: 400, max: 300}, 3_000, 'goes'],
  ['erases, without a highest ratio', 'd.erase=', {min: 200, max: 0}, 1_000, 'stays'],
  ['erases whatever its ratio', 'd.erase=', {min: 0, max: 300}, 0, 'goes'],
  ['erases, and does not report its ratios', 'd.erase=', {}, 0, 'goes'],
  ['erases, and the torrent does not report its ratio', 'd.erase=', {min: 200, max: 300}, null, 'goes'],
])('a start where a ratio group %s', async (_, text, ratios: {min?: number; max?: number}, ratio, is) => {
  const answers: Readonly<Record<string, RpcValue | null | undefined>> = {
    'method.get': text,
    'group.seeding.ratio.min': ratios.min,
    'group.seeding.ratio.max': ratios.max,
    'd.ratio': ratio,
  }
  const wire = {
    askAll: async (calls: readonly {readonly method: string}[]) =>
      calls.map(({method}) => answers[method] ?? new RpcFault(-506, method)),
  }
  const facts = {methods: new Set(['group.seeding.ratio.command'])}
  const session = {wire, facts} as unknown as RtorrentSession
  const bounds = {timeoutMs: 1_000, maxBytes: 1_000}
  const hash = '1'.repeat(40) as InfoHash
  expect((await readLimitEndsOfStarted(session, [hash], bounds)).get(hash)?.is).toBe(is)
})
