import {Check} from 'lucide-react'
import {RadioGroup} from 'radix-ui'
import {useState} from 'react'
import {text} from '../i18n/text.ts'
import {Icon} from './Icon.tsx'
import {Input} from './Input.tsx'
import {joined} from './joined.ts'
import {palette, readColour, serverColour} from './server-colours.ts'

/** The colour of a server: one of eight that tell apart in both themes, or a value of one's own. */
export function ColourPicker({
  value,
  onChange,
  label,
  className,
}: {
  /** '#rrggbb'; `null` = chosen by the page. */
  value: string | null
  onChange: (value: string) => void
  label: string
  className?: string | undefined
}) {
  const [draft, setDraft] = useState<string | null>(null)
  const type = (typed: string) => {
    setDraft(typed)
    const read = readColour(typed)
    if (read !== null) onChange(read)
  }
  return (
    <div className={joined('flex flex-wrap items-center gap-2', className)}>
      <RadioGroup.Root
        value={value ?? ''}
        onValueChange={onChange}
        aria-label={label}
        orientation="horizontal"
        className="flex flex-wrap gap-1 max-phone:grid max-phone:w-full max-phone:grid-cols-4"
      >
        {palette.map((colour, at) => (
          <RadioGroup.Item
            key={colour}
            value={colour}
            aria-label={text('colour.number', {number: at + 1})}
            className="kit-fill grid size-7 place-items-center rounded-s text-surface focus-visible:shadow-focus pointer-coarse:size-11 max-phone:w-full!"
            style={{background: serverColour(colour)}}
          >
            <RadioGroup.Indicator>
              <Icon icon={Check} size={16} />
            </RadioGroup.Indicator>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
      <Input
        isMono
        className="w-32!"
        aria-label={text('colour.own')}
        placeholder="#rrggbb"
        maxLength={7}
        spellCheck={false}
        value={draft ?? value ?? ''}
        onChange={(event) => type(event.target.value)}
        onBlur={() => setDraft(null)}
        end={
          <span
            className="kit-fill size-3.5 rounded-s"
            style={{background: value === null ? 'transparent' : serverColour(value)}}
          />
        }
      />
    </div>
  )
}
