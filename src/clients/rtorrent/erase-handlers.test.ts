import {expect, test} from 'vitest'
import {eraseHandlersIn} from './erase-handlers.ts'

/** Of rTorrent itself, as 0.9.8 tells them. */
const own = {'!_download_list': 'ui.unfocus_download=', '~_delete_tied': 'd.delete_tied='}

test('what rTorrent has by itself leaves data alone', () => {
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

test.each([[''], [0], [['ui.unfocus_download=']]])('what is not told may be anything: %j', (answer) => {
  expect(eraseHandlersIn(answer)).toMatchObject({are: 'dangerous'})
})
