/** Small real media for tests: a second of picture and sound, made by ffmpeg, each with a name of its own inside. */
import {execFile} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'

const run = promisify(execFile)

const picture = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=5:duration=1']
const sound = ['-f', 'lavfi', '-i', 'sine=duration=1']

/** A Matroska file with picture and sound; other title, other bytes. */
export function makeFilm(title: string): Promise<Buffer> {
  return make([...picture, ...sound, '-c:v', 'mpeg4', '-c:a', 'flac'], title, 'mkv')
}

/** A FLAC file; other title, other bytes. */
export function makeSong(title: string): Promise<Buffer> {
  return make([...sound, '-c:a', 'flac'], title, 'flac')
}

async function make(args: readonly string[], title: string, extension: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-media-'))
  const path = join(folder, `made.${extension}`)
  try {
    await run('ffmpeg', ['-v', 'error', '-nostdin', ...args, '-metadata', `title=${title}`, path])
    return readFileSync(path)
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
