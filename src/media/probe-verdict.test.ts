import {expect, test} from 'vitest'
import type {ProbeRun} from './ffprobe.ts'
import {evaluateProbe} from './probe-verdict.ts'

/** Recorded of ffprobe 5.1.9; only the fields that are read were kept. */
const film = JSON.stringify({
  streams: [
    {index: 0, codec_name: 'h264', codec_type: 'video', disposition: {attached_pic: 0}},
    {index: 1, codec_name: 'aac', codec_type: 'audio'},
    {index: 2, codec_name: 'subrip', codec_type: 'subtitle'},
    {index: 3, codec_type: 'data'},
  ],
  format: {format_name: 'matroska,webm', duration: '61.500000'},
})
const picture = JSON.stringify({
  streams: [{codec_name: 'png', codec_type: 'video'}],
  format: {format_name: 'png_pipe'},
})
const subtitles = JSON.stringify({
  streams: [{codec_name: 'subrip', codec_type: 'subtitle'}],
  format: {format_name: 'srt', duration: '4.0'},
})
const coverOnly = JSON.stringify({
  streams: [{codec_name: 'mjpeg', codec_type: 'video', disposition: {attached_pic: 1}}],
  format: {format_name: 'mp3'},
})

function run(more: Partial<ProbeRun>): ProbeRun {
  return {code: 0, stdout: '', stderr: '', ended: null, ...more}
}

test('a film is valid, with its length and streams', () => {
  expect(evaluateProbe('/f.mkv', run({stdout: film}))).toEqual({
    verdict: 'valid',
    format: 'matroska,webm',
    duration: 61.5,
    streams: [
      {type: 'video', codec: 'h264'},
      {type: 'audio', codec: 'aac'},
      {type: 'subtitle', codec: 'subrip'},
      {type: 'other', codec: 'unknown'},
    ],
  })
})

const refused = '{\n\n}\n'
test.each([
  [
    '/f.mkv',
    {code: 1, stdout: refused, stderr: 'file:/f.mkv: Invalid data found when processing input'},
    'unreadable',
    'damaged',
  ],
  [
    '/f.mp4',
    {code: 1, stderr: '[mov] moov atom not found\nfile:/f.mp4: Invalid data found'},
    'unreadable',
    'damaged',
  ],
  [
    '/f.mkv',
    {code: 1, stderr: 'File ended prematurely at pos. 300\nfile:/f.mkv: Input/output error'},
    'unreadable',
    'damaged',
  ],
  [
    '/f.txt',
    {code: 1, stderr: 'file:/f.txt: Invalid data found when processing input'},
    'notMedia',
    'damaged',
  ],
  ['/f.png', {stdout: picture}, 'notMedia', 'noStreams'],
  ['/f.mkv', {stdout: picture}, 'unreadable', 'noStreams'],
  ['/f.srt', {stdout: subtitles}, 'notMedia', 'noStreams'],
  ['/f.mp3', {stdout: coverOnly}, 'unreadable', 'noStreams'],
  ['/f.mkv', {code: 1, stderr: 'file:/f.mkv: Input/output error'}, 'unknown', 'failed'],
  ['/f.mkv', {code: 1, stderr: 'file:/f.mkv: Cannot allocate memory'}, 'unknown', 'failed'],
  ['/f.mkv', {code: 1, stderr: 'file:/f.mkv: Permission denied'}, 'unknown', 'noAccess'],
  ['/f.mkv', {code: 1, stderr: 'file:/f.mkv: No such file or directory'}, 'unknown', 'noFile'],
  ['/f.mkv', {code: null, stderr: ''}, 'unknown', 'failed'],
  ['/f.mkv', {code: 139, stderr: 'Invalid data found'}, 'unknown', 'failed'],
  ['/f.mkv', {code: null, ended: 'timeOut'}, 'unknown', 'timeOut'],
  ['/f.mkv', {code: null, ended: 'tooMuch'}, 'unknown', 'tooMuch'],
  ['/f.mkv', {stdout: 'garbage'}, 'unknown', 'failed'],
  ['/f.mkv', {stdout: '{"streams": 3}'}, 'unknown', 'failed'],
] as const)('%s answered with %j is %s (%s)', (path, answer, verdict, reason) => {
  expect(evaluateProbe(path, run(answer))).toMatchObject({verdict, reason})
})

test('the words of ffprobe come without the path, and bounded', () => {
  const stderr = `file:/secret place/f.mkv: Invalid data found ${'x'.repeat(1000)}`
  const verdict = evaluateProbe('/secret place/f.mkv', run({code: 1, stderr}))
  expect(verdict).toMatchObject({detail: expect.stringMatching(/^the file: Invalid data found x{1,300}$/)})
})
