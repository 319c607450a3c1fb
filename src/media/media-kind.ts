/** What a file is by its name: no file is opened here. */
import type {Bytes} from '#model/units.ts'

const mediaKinds = [
  'video',
  'audio',
  'book',
  'subtitle',
  'image',
  'archive',
  'executable',
  'discImage',
  'other',
] as const
type MediaKind = (typeof mediaKinds)[number]

/**
 * By the last extension, in any case; what is still being written counts as what it becomes. A program is one also where
 * the name hides it: behind spaces and dots, which Windows drops, or behind marks that turn the direction of writing round.
 */
export function mediaKindOf(path: string): MediaKind {
  const extension = lastExtension(plainName(path).replace(/\.(?:!qb|part|parts|bc!)$/, ''))
  return kinds.get(extension) ?? (/^(?:r|z)\d\d$|^\d{3}$/.test(extension) ? 'archive' : 'other')
}

/** Of a kind, without their dots. */
export function extensionsOf(kind: MediaKind): readonly string[] {
  return [...kinds].flatMap(([extension, its]) => (its === kind ? [extension] : []))
}

/** The least part of the largest video that is no sample by its size, and the most a sample has. */
const SAMPLE_SHARE = 0.2
const SAMPLE_MOST = 300 * 1024 * 1024

/**
 * A short piece to look at, beside the whole: its name or folder says so and it is small. A film of the name "Sample"
 * alone in its torrent is none.
 *
 * @param largest size of the largest video of the torrent
 */
export function isSample(path: string, size: Bytes, largest: Bytes): boolean {
  if (mediaKindOf(path) !== 'video' || !saysSample(path)) return false
  return size <= SAMPLE_MOST && size < largest * SAMPLE_SHARE
}

function saysSample(path: string): boolean {
  const [name = '', ...folders] = path.split('/').toReversed()
  const stem = name.replace(/\.[^.]*$/, '')
  return /(?:^|[^a-z])sample(?:$|[^a-z])/i.test(stem) || folders.some((folder) => /^samples?$/i.test(folder))
}

function plainName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\ufeff]/g, '')
    .replace(/[\s.]+$/, '')
    .toLowerCase()
}

function lastExtension(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).trim()
}

const kinds: ReadonlyMap<string, MediaKind> = new Map([
  ...of(
    'video',
    '3g2 3gp asf avi divx f4v flv m1v m2ts m2v m4v mk3d mkv mov mp4 mpe mpeg mpg mts ogm ogv rm',
  ),
  ...of('video', 'rmvb ts vob webm wmv wtv xvid'),
  ...of(
    'audio',
    'aac ac3 aif aiff alac amr ape au dff dsf dts flac m4a m4b m4p mka mp2 mp3 mp4a mpc oga ogg opus',
  ),
  ...of('audio', 'ra shn tak tta vorbis wav wavpack wma wv'),
  ...of('book', 'azw azw3 azw4 cb7 cba cbr cbt cbz chm djvu epub fb2 kepub kfx lit mobi pdb pdf prc'),
  ...of('subtitle', 'ass idx mks smi srt ssa stl sub sup ttml usf vtt'),
  ...of('image', 'avif bmp gif heic jfif jpeg jpg png svg tbn tif tiff webp'),
  ...of('archive', '7z ace arj bz2 cab gz lha lz lz4 lzma lzh rar tar tbz2 tgz txz xz z zip zipx zst'),
  ...of('executable', 'apk app appimage bat cmd com command cpl deb dll dmg elf exe gadget hta inf iqy jar'),
  ...of(
    'executable',
    'js jse lnk msc msi msix msp mst pif pkg ps1 psm1 py rb reg rpm run scf scr sct sh sys',
  ),
  ...of('executable', 'url vb vbe vbs vbscript website ws wsc wsf wsh xll'),
  ...of('discImage', 'bif cue img iso mdf mds nrg'),
])

function of(kind: MediaKind, extensions: string): [string, MediaKind][] {
  return extensions.split(' ').map((extension) => [extension, kind])
}
