/** What is wanted in a house of real daemons: items that come in well, and items of which the best release is no good. */
import {randomBytes} from 'node:crypto'
import {makeFilm, makeSong} from '#lab/media.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import type {ReleaseWish, Wish} from './real-wishes.fixture.ts'

export interface Item {
  readonly arr: string
  readonly on: string
  readonly title: string
}

/** Makes torrents that announce to one tracker. */
export class Downloads {
  readonly #tracker: string
  readonly #isPrivate: boolean

  constructor(tracker: string, isPrivate = false) {
    this.#tracker = tracker
    this.#isPrivate = isPrivate
  }

  /** A film, or episodes of a series. */
  async films(name: string, count = 1): Promise<MadeTorrent> {
    const films = await Promise.all(
      Array.from(
        {length: count},
        async (_, at) => [`film ${at + 1}.mkv`, await makeFilm(`${name} ${at}`)] as const,
      ),
    )
    return this.#torrent(name, Object.fromEntries(films))
  }

  /** An album. */
  async songs(name: string, count: number): Promise<MadeTorrent> {
    const songs = await Promise.all(
      Array.from(
        {length: count},
        async (_, at) => [`${at + 1}.flac`, await makeSong(`${name} ${at}`)] as const,
      ),
    )
    return this.#torrent(name, Object.fromEntries(songs))
  }

  /** Called a film, and noise. */
  noise(name: string): MadeTorrent {
    return this.#torrent(name, {'film.mkv': randomBytes(40_000)})
  }

  /** An album that takes a while. */
  async long(name: string): Promise<MadeTorrent> {
    const song = await makeSong(name)
    // What follows the song is no part of it, and makes it long.
    return this.#torrent(name, {'1.flac': Buffer.concat([song, randomBytes(800_000)])})
  }

  /** Nothing in it is wanted. Who gets some kilobytes a second of it does not get it whole while anybody looks. */
  sample(name: string): MadeTorrent {
    return this.#torrent(name, {'sample.mkv': 6_000_000})
  }

  #torrent(name: string, content: Record<string, Buffer | number>): MadeTorrent {
    return makeTorrent({name, content, trackers: [this.#tracker], isPrivate: this.#isPrivate})
  }
}

/** The best of it is no good, the next is. */
export function wish(item: Item, ...releases: readonly (ReleaseWish | MadeTorrent)[]): Wish {
  return {...item, releases: releases.map((one) => ('made' in one ? one : {made: one}))}
}
