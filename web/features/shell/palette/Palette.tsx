import {Command as Cmdk} from 'cmdk'
import {Search} from 'lucide-react'
import {Dialog as Radix} from 'radix-ui'
import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {closeOverlay} from '../overlays.ts'
import {readPaletteText} from './palette-text.ts'
import {PaletteArrs} from './PaletteArrs.tsx'
import {PaletteCommands} from './PaletteCommands.tsx'
import {PaletteLabels} from './PaletteLabels.tsx'
import {PaletteServers} from './PaletteServers.tsx'
import {PaletteTorrents} from './PaletteTorrents.tsx'

/** One field to find or do anything: commands, torrents, places. */
export function Palette({text: first}: {text: string}) {
  const [typed, setTyped] = useState(first)
  const {kind, words} = readPaletteText(typed)
  const shows = (one: typeof kind) => kind === 'all' || kind === one
  return (
    <Radix.Root open onOpenChange={closeOverlay}>
      <Radix.Portal>
        <Radix.Overlay className="kit-scrim fixed inset-0 z-scrim bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="kit-dialog fixed inset-x-0 top-[12vh] z-palette mx-auto w-[min(640px,calc(100vw-24px))] overflow-hidden rounded-xl bg-raised shadow-3 max-phone:top-3"
        >
          <Radix.Title className="sr-only">{text('palette.open')}</Radix.Title>
          <Cmdk shouldFilter={false} label={text('palette.open')} loop>
            <div className="flex h-12.5 items-center gap-2.5 border-b border-line px-4 text-16">
              <Icon icon={Search} className="text-text-3" />
              <Cmdk.Input
                value={typed}
                onValueChange={setTyped}
                placeholder={text('palette.placeholder')}
                className="min-w-0 flex-1 bg-transparent outline-none focus-visible:shadow-none"
              />
            </div>
            <Cmdk.List className="max-h-[min(480px,60vh)] overflow-y-auto px-2 pt-1 pb-2">
              <Cmdk.Empty className="px-2 py-6 text-center text-text-2">
                {text('palette.nothing', {words})}
              </Cmdk.Empty>
              {shows('commands') && <PaletteCommands words={words} />}
              {kind === 'all' && words.length > 1 && <PaletteTorrents words={words} />}
              {shows('servers') && <PaletteServers words={words} />}
              {shows('servers') && <PaletteArrs words={words} />}
              {kind === 'labels' && <PaletteLabels words={words} />}
            </Cmdk.List>
          </Cmdk>
          <p className="flex gap-4.5 border-t border-line bg-bg px-4 py-2 text-12 text-text-3 max-phone:hidden">
            <span>{text('palette.hint.commands')}</span>
            <span>{text('palette.hint.servers')}</span>
            <span>{text('palette.hint.labels')}</span>
          </p>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
