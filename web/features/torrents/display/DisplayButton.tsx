import {Columns3} from 'lucide-react'
import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {lazyDialog, lazyPart, onIntent, useWasOpen} from '../../../ui/lazy-part.ts'
import {Popover} from '../../../ui/Popover.tsx'
import {useNarrow, usePhone} from '../../../ui/use-media.ts'
import type {LayoutChange, ListLayout} from '../views/view-state.ts'

const DisplayPanel = lazyPart(
  ['display'],
  async () => (await import('./DisplayPanel.tsx')).DisplayPanel,
  'on demand',
  <div className="h-[480px]" />,
)
const DisplayDialog = lazyDialog(['display'], async () => (await import('./DisplayDialog.tsx')).DisplayDialog)

interface DisplayButtonProps {
  readonly layout: ListLayout
  readonly onLayout: (change: LayoutChange) => void
}

/** How the list is shown: the one place for columns, density, grouping and order. */
export function DisplayButton(props: DisplayButtonProps) {
  const [isOpen, setOpen] = useState(false)
  const wasOpen = useWasOpen(isOpen)
  const isPhone = usePhone()
  const isNarrow = useNarrow()
  if (isPhone) {
    return (
      <>
        <IconButton
          label={text('tools.display')}
          icon={Columns3}
          className="-mr-2"
          {...onIntent(DisplayDialog)}
          onClick={() => setOpen(true)}
        />
        {wasOpen && <DisplayDialog {...props} open={isOpen} onOpenChange={setOpen} />}
      </>
    )
  }
  return (
    <Popover
      label={text('display.title')}
      open={isOpen}
      onOpenChange={setOpen}
      align="end"
      className="w-[340px] p-4"
      trigger={
        isNarrow ? (
          <IconButton label={text('tools.display')} icon={Columns3} {...onIntent(DisplayPanel)} />
        ) : (
          <Button variant="ghost" icon={Columns3} {...onIntent(DisplayPanel)}>
            {text('tools.display')}
          </Button>
        )
      }
    >
      {/* As high as it will be, so that it does not jump. */}
      <DisplayPanel {...props} />
    </Popover>
  )
}
