import {List} from 'lucide-react'
import {useState} from 'react'
import type {Arr} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {lazyDialog, onIntent, useWasOpen} from '../../../ui/lazy-part.ts'

const Dialog = lazyDialog(['releases'], async () => (await import('./ReleasesDialog.tsx')).ReleasesDialog)

/**
 * What the indexers of an Arr have of something, for who may command that Arr.
 * @param arr `undefined` = it is not known (yet)
 * @param unit `movie/17`, `season/5/3` (series, season), `episode/99`, `album/3`, `book/8`
 * @param isSmall an icon at the end of a line
 */
export function ReleasesButton({
  arr,
  unit,
  title,
  isSmall = false,
}: {
  arr: Arr | undefined
  unit: string
  title: string
  isSmall?: boolean
}) {
  const [isOpen, setOpen] = useState(false)
  const wasOpen = useWasOpen(isOpen)
  if (arr === undefined || arr.access === 'view') return null
  const open = () => setOpen(true)
  return (
    <>
      {isSmall ? (
        <IconButton
          size="small"
          icon={List}
          label={text('arr.releases.which', {title})}
          onClick={open}
          {...onIntent(Dialog)}
        />
      ) : (
        <Button icon={List} onClick={open} {...onIntent(Dialog)}>
          {text('arr.releases')}
        </Button>
      )}
      {wasOpen && <Dialog open={isOpen} onOpenChange={setOpen} arr={arr} unit={unit} title={title} />}
    </>
  )
}
