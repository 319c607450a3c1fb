/**
 * Posters as an Arr serves them: below `mediacover`, by the number of an item and the name of a size. A size that is
 * missing is the whole picture, an item without one 404. Source: MediaCoverController of each app.
 */
import {deflateSync, crc32} from 'node:zlib'
import type {Arr} from './arr.ts'
import type {ArrRequest, Reply} from './asked.ts'
import {rowId} from './hash.ts'

const WIDTH = 100
const HEIGHT = 150

/** `null` = it asks for something else. */
export function posterReply(arr: Arr, {method, path}: ArrRequest): Reply | null {
  const found =
    /^\/api\/v[13]\/mediacover\/(?:(artist|album|author|book)\/)?(\d+)\/(poster|cover)(?:-\d+)?\.(jpg|png|gif)$/i.exec(
      path,
    )
  if (found === null || method !== 'GET') return null
  const [, kind, id, name, ending] = found as unknown as readonly string[]
  const title = arr.config.posters === true && ending === 'jpg' ? titleOf(arr, kind, Number(id), name!) : null
  // It goes by the name alone, whatever the bytes are.
  return title === null ? {status: 404} : {status: 200, picture: [drawn(title)], type: 'image/jpeg'}
}

/** `null` = there is none of it. */
function titleOf({library}: Arr, kind: string | undefined, id: number, name: string): string | null {
  if (kind === 'album' || kind === 'book') {
    const unit = library.unit(id)
    return unit !== undefined && name === 'cover' ? library.unitTitle(unit) : null
  }
  const parent = library.parent(id)
  return parent !== undefined && name === 'poster' ? library.titleOf(parent) : null
}

/** A sky, a disc and a horizon, in colours that follow from the title. */
function drawn(title: string): Uint8Array {
  const seed = rowId(title)
  const hue = seed % 360
  const [disc, horizon] = [30 + ((seed >>> 9) % 40), 90 + ((seed >>> 15) % 30)]
  const radius = 12 + ((seed >>> 21) % 16)
  const rows = Array.from({length: HEIGHT}, (_, y) => {
    const row = Buffer.alloc(1 + 3 * WIDTH)
    for (let x = 0; x < WIDTH; x++) {
      const isDisc = (x - disc) ** 2 + (y - 55) ** 2 < radius ** 2
      const isGround = y > horizon + 8 * Math.sin((x + (seed % 60)) / 14)
      const light = isGround ? 0.16 : isDisc ? 0.86 : 0.62 - (y / HEIGHT) * 0.3
      row.set(colour(isDisc ? hue + 40 : hue, light), 1 + 3 * x)
    }
    return row
  })
  const head = Buffer.alloc(13)
  head.writeUInt32BE(WIDTH, 0)
  head.writeUInt32BE(HEIGHT, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  size.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([size, body, sum])
}

function colour(hue: number, light: number): readonly number[] {
  return [0, 8, 4].map((shift) => {
    const at = (shift + hue / 30) % 12
    return Math.round(
      255 * (light - 0.35 * Math.min(light, 1 - light) * Math.max(-1, Math.min(at - 3, 9 - at, 1))),
    )
  })
}
