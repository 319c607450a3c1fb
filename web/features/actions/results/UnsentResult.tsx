import {CircleX, X} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {putAway, type Unsent} from './results.ts'

/** Something that could not be asked for at all, and the way to try again where that may help. */
export function UnsentResult({result: {id, title, words, again}}: {result: Unsent}) {
  return (
    <article className="grid grid-cols-[18px_minmax(0,1fr)_auto] items-start gap-2.5 rounded-l bg-raised py-2.5 pr-1.5 pl-3.5">
      <Icon icon={CircleX} className="mt-0.5 text-st-error" />
      <div className="grid gap-1.5">
        <b className="font-medium">{title}</b>
        <p className="text-12 text-pretty wrap-anywhere text-text-2">{words}</p>
        {again !== null && (
          <div>
            <Button
              onClick={() => {
                putAway(id)
                again()
              }}
            >
              {text('result.again')}
            </Button>
          </div>
        )}
      </div>
      <IconButton label={text('result.put-away')} icon={X} size="small" onClick={() => putAway(id)} />
    </article>
  )
}
