import {useQuery} from '@tanstack/react-query'
import {fileMediaQuery, type FileMedia} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Button} from '../../../ui/Button.tsx'
import {DefinitionList, type Definition} from '../../../ui/DefinitionList.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Note} from '../../../ui/Note.tsx'
import {SkeletonLines} from '../../../ui/Skeleton.tsx'
import {dialogTitle} from '../EditDialogs.tsx'
import type {Torrent} from '../torrent.ts'

type Content = NonNullable<FileMedia['known']>
type Stream = Content['streams'][number]

/** What is in a media file: its container, how long it plays, pictures, sound and subtitles. */
export function MediaDialog({
  of,
  index,
  name,
  onClose,
}: {
  of: Torrent
  index: number
  name: string
  onClose: () => void
}) {
  const reading = useQuery(fileMediaQuery(of, index))
  const {data} = reading
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={dialogTitle(text('files.media.title'), of)}
      footer={<Button onClick={onClose}>{text('files.media.close')}</Button>}
    >
      <p className="mb-3 font-medium wrap-anywhere">{name}</p>
      <Awaited reading={reading} what={text('files.media.title')}>
        <SkeletonLines />
      </Awaited>
      {data?.known && <DefinitionList entries={entriesOf(data.known)} />}
      {data && data.known === null && <Note>{data.unknown}</Note>}
    </Dialog>
  )
}

function entriesOf({container, duration: seconds, streams}: Content): readonly Definition[] {
  return [
    {id: 'container', term: text('files.media.container'), value: container.split(',').join(', ')},
    {
      id: 'duration',
      term: text('files.media.duration'),
      value: seconds === null ? text('files.media.not-said') : playTime(seconds),
    },
    ...(['video', 'audio', 'subtitle'] as const).flatMap((type) => {
      const its = streams.filter((it) => it.type === type)
      if (its.length === 0) return []
      return {
        id: type,
        term: text(`files.media.${type}`),
        value: (
          <ul className="grid gap-0.5 whitespace-normal">
            {its.map((stream, at) => (
              // They have no name of their own.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={at} className="wrap-anywhere">
                {streamWords(stream)}
              </li>
            ))}
          </ul>
        ),
      }
    }),
  ]
}

/** "1:57:03", "3:07". */
function playTime(seconds: number): string {
  const whole = Math.round(seconds)
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  const rest = `${hours > 0 ? two(minutes) : minutes}:${two(whole % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** "h264 · 1920 × 1080", "dts · 6 channels · eng". */
function streamWords({codec, width, height, channels, language}: Stream): string {
  return [
    codec,
    width !== undefined && height !== undefined ? `${width} × ${height}` : '',
    channels === undefined ? '' : text('files.media.channels', {count: channels}),
    language ?? '',
  ]
    .filter((it) => it !== '')
    .join(' · ')
}
