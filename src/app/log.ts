/**
 * Two readers, one log: a person at the terminal gets one plain line an event, the file in the data folder gets JSON
 * with everything that belongs to it.
 */
import {openSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import pino, {type Logger} from 'pino'
import type {Settings} from '#config/schema/schema.ts'
import {makeFolderSync} from '#lib/make-folder.ts'

const levels: Readonly<Record<number, string>> = {30: ' ', 40: '!', 50: '✖', 60: '✖'}

/** What the terminal shows from, in the words of the configuration; a notice is information to us. */
const leasts: Readonly<Record<Settings['ConsoleLevel'], number>> = {
  CRITICAL: 60,
  ERROR: 50,
  WARNING: 40,
  NOTICE: 30,
  INFO: 30,
  DEBUG: 20,
  TRACE: 10,
}

/**
 * @param folder where `commodarr.log` is kept; `null` = terminal only
 * @param consoleLevel asked for each line, so that an edit counts at once
 */
export function createLog(
  folder: string | null,
  level: string,
  write: (line: string) => void,
  consoleLevel: () => Settings['ConsoleLevel'] = () => 'INFO',
): Logger {
  const onTerminal = (json: string): void => {
    // pino writes the level first.
    const written = Number(/^\{"level":(\d+)/.exec(json)?.[1] ?? 30)
    if (written >= leasts[consoleLevel()]) write(lineOf(json))
  }
  const terminal = {level: 'trace' as const, stream: {write: onTerminal}}
  const streams = folder
    ? [terminal, {level: 'debug' as const, stream: fileStream(folder, 'commodarr.log', write)}]
    : [terminal]
  const options = {level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: {err: errorOf}}
  return pino(options, pino.multistream(streams))
}

/** With what its causes add: who hands on what he was told would otherwise have it said twice. */
function errorOf(error: unknown): unknown {
  const serialized = pino.stdSerializers.err(error as Error) as unknown
  return error instanceof Error ? {...(serialized as object), message: wordsOf(error)} : serialized
}

function wordsOf(error: Error): string {
  const words = [error.message]
  const seen = new Set<unknown>()
  let {cause} = error
  while (cause instanceof Error && !seen.has(cause)) {
    const {message} = cause
    if (!words.some((it) => it.includes(message))) words.push(message)
    seen.add(cause)
    cause = cause.cause
  }
  return words.join(': ')
}

/**
 * Line by line to the disk, because lines are few and the last one before a crash matters most. A disk that is full or
 * not ours costs lines and one word at the terminal, never the program: pino's own file ends it with an uncaught error,
 * and then waits for the disk for ever.
 */
function fileStream(
  folder: string,
  name: string,
  write: (line: string) => void,
): {write(json: string): void} {
  const path = join(folder, name)
  let file: number | null = null
  let failing = false
  return {
    write: (json) => {
      try {
        file ??= openedFile(folder, path)
        writeSync(file, json)
        failing = false
      } catch (error) {
        if (!failing) write(`! The log cannot be written to ${path}: ${(error as Error).message}\n`)
        failing = true
      }
    },
  }
}

/** Names of torrents are nobody else's business. */
function openedFile(folder: string, path: string): number {
  makeFolderSync(folder, 0o700)
  return openSync(path, 'a', 0o600)
}

interface Line {
  readonly level: number
  readonly time: string
  readonly msg?: string
  readonly err?: {readonly message?: string}
  readonly server?: string
  readonly name?: string
}

function lineOf(json: string): string {
  const {level, time, msg, err, server, name = server} = JSON.parse(json) as Line
  const error = err ? [`(${err.message ?? 'error'})`] : []
  // People call a server by its name; the file has its id.
  const words = [...(server ? [`${name}:`] : []), msg ?? '', ...error]
  return `${time.slice(11, 19)} ${levels[level] ?? ' '} ${plain(words.join(' '))}\n`
}

/** Servers' own words stand in messages: they must not move the cursor or start a line of their own. */
function plain(text: string): string {
  return text.replaceAll(/[\0-\x1f\x7f-\x9f]+/g, ' ')
}
