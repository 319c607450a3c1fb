import {Info} from 'lucide-react'
import {useState} from 'react'
import {text, type TextKey} from '../../../i18n/text.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Popover} from '../../../ui/Popover.tsx'

const examples: readonly (readonly [written: string, says: TextKey])[] = [
  ['big bunny', 'search.help.words'],
  ['"big bunny"', 'search.help.exact'],
  ['-sample', 'search.help.not'],
  ['/s\\d\\de\\d\\d/', 'search.help.pattern'],
  ['size>10GB', 'search.help.size'],
  ['ratio:1..2', 'search.help.range'],
  ['added<7d', 'search.help.added'],
  ['state:stalled,error', 'search.help.either'],
  ['-category:books', 'search.help.exclude'],
  ['tag:none', 'search.help.none'],
  ['is:duplicate', 'search.help.duplicate'],
]

/** The language of the search box in eleven lines. An example that is pressed stands in the box. */
export function SearchHelp({onTry}: {onTry: (written: string) => void}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      label={text('search.help')}
      open={isOpen}
      onOpenChange={setOpen}
      align="end"
      className="w-[380px] p-2"
      trigger={
        <IconButton
          label={text('search.help')}
          icon={Info}
          size="small"
          className="shrink-0 max-phone:hidden"
        />
      }
    >
      <p className="px-2 pt-1 pb-2 text-12 text-pretty text-text-2">{text('search.help.intro')}</p>
      <ul>
        {examples.map(([written, says]) => (
          <li key={written}>
            <button
              type="button"
              onClick={() => {
                setOpen(false)
                onTry(written)
              }}
              className="flex min-h-7 w-full items-baseline gap-3 rounded-s px-2 py-1 text-left hover:bg-accent-soft focus-visible:shadow-focus-in pointer-coarse:min-h-11 pointer-coarse:items-center"
            >
              <span className="w-40 shrink-0 truncate font-mono text-12">{written}</span>
              <span className="text-12 text-text-2">{text(says)}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className="px-2 pt-2 pb-1 text-12 text-pretty text-text-3">{text('search.help.more')}</p>
    </Popover>
  )
}
