import {useVirtualizer} from '@tanstack/react-virtual'
import {ChevronRight, File, Folder, Search} from 'lucide-react'
import {useDeferredValue, useMemo, useRef, useState} from 'react'
import type {TorrentContent} from '../../api/adding.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Checkbox} from '../../ui/Checkbox.tsx'
import {bytes, count, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Input} from '../../ui/Input.tsx'
import {joined} from '../../ui/joined.ts'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {Quantity} from '../../ui/Quantity.tsx'
import {usePhone} from '../../ui/use-media.ts'
import {prioritiesAt, sumUp, wanted, type TreeFigures} from '../details/files/file-figures.ts'
import {
  buildTree,
  filesBelow,
  foldedAtFirst,
  matchesOf,
  shownNodes,
  type FileTree,
} from '../details/files/file-tree.ts'
import {allWanted, leftOut, onlyThese, withPriority, type FileChoice} from './items.ts'

/** A filter, what to do with what it found, and the tree. */
export function FilePicker({
  content,
  choice,
  whyNotFirst,
  onChange,
}: {
  content: TorrentContent
  choice: FileChoice
  /** Why no file can go before others on the chosen servers. */
  whyNotFirst: string | undefined
  onChange: (choice: FileChoice) => void
}) {
  const tree = useMemo(() => buildTree(content.files), [content])
  const [typed, setTyped] = useState('')
  const [ownFolds, setFolds] = useState<ReadonlySet<string> | null>(null)
  const folded = useMemo(() => ownFolds ?? foldedAtFirst(tree), [ownFolds, tree])
  const wanted = useDeferredValue(typed)
  const matches = useMemo(() => matchesOf(tree, wanted), [tree, wanted])
  const shown = useMemo(() => shownNodes(tree, folded, matches), [tree, folded, matches])
  const found = () => filesBelow(tree, tree.nodes.keys(), matches)
  const reason = matches === null ? text('add.files.filter-first') : undefined
  return (
    <section aria-label={text('add.chosen-files')} className="grid gap-2">
      <h3 className="flex items-baseline gap-2 text-12 font-medium text-text-2">
        {text('add.chosen-files')}
        <span className="num ml-auto font-normal text-text-3">{sumWords(content, choice)}</span>
      </h3>
      <div className="flex flex-wrap gap-1.5">
        <Input
          icon={Search}
          isMono={typed !== ''}
          className="h-7! min-w-40 flex-1"
          value={typed}
          placeholder={text('add.files.filter')}
          aria-label={text('add.files.filter')}
          onChange={(event) => setTyped(event.target.value)}
          // The form is not sent by the key that ends a search.
          onKeyDown={(event) =>
            event.key === 'Enter' && !event.ctrlKey && !event.metaKey && event.preventDefault()
          }
        />
        <Button disabledReason={reason} onClick={() => onChange(onlyThese(content, found()))}>
          {text('add.files.only')}
        </Button>
        <Button
          variant="ghost"
          disabledReason={whyNotFirst ?? reason}
          onClick={() => onChange(withPriority(choice, found(), 'high'))}
        >
          {text('add.files.first')}
        </Button>
        <Button variant="ghost" onClick={() => onChange(allWanted)}>
          {text('add.files.all')}
        </Button>
      </div>
      <FileChoiceTree
        {...{tree, content, choice, shown, matches, folded, onChange}}
        onFold={(path, on) => {
          const next = new Set(folded)
          if (on) next.add(path)
          else next.delete(path)
          setFolds(next)
        }}
      />
    </section>
  )
}

/** "10 of 12, 48.1 GiB of 48.2 GiB". */
function sumWords({files, size}: TorrentContent, choice: FileChoice): string {
  const left = leftOut(choice)
  let skipped = 0
  for (const at of left) skipped += files[at]!.size
  return text('add.files.sum', {
    wanted: count(files.length - left.size),
    all: count(files.length),
    size: written(bytes(size - skipped)),
    whole: written(bytes(size)),
  })
}

const ROW = 28
const PHONE_ROW = 44

interface FileChoiceTreeProps {
  readonly tree: FileTree
  readonly content: TorrentContent
  readonly choice: FileChoice
  /** Numbers of the nodes in sight. */
  readonly shown: readonly number[]
  readonly matches: Uint8Array | null
  readonly folded: ReadonlySet<string>
  readonly onFold: (path: string, on: boolean) => void
  readonly onChange: (choice: FileChoice) => void
}

/** Files and folders with boxes; the rows in sight alone are drawn. */
function FileChoiceTree(props: FileChoiceTreeProps) {
  const {tree, content, choice, shown} = props
  const scroller = useRef<HTMLDivElement>(null)
  const row = usePhone() ? PHONE_ROW : ROW
  const figures = useMemo(
    () => sumUp(tree, content.files, (place) => choice.get(place) ?? 'normal'),
    [tree, content, choice],
  )
  // It goes to no memoised component.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => row,
    overscan: 6,
  })
  return (
    <div
      ref={scroller}
      className="max-h-85 overflow-y-auto rounded-m border border-line-strong"
      style={{height: row * Math.min(shown.length, 12) + 2}}
    >
      <ul aria-label={text('add.chosen-files')} className="relative" style={{height: virtual.getTotalSize()}}>
        {virtual.getVirtualItems().map(({index, start}) => (
          <li
            key={tree.nodes[shown[index]!]!.path}
            className="absolute inset-x-0 border-b border-line"
            style={{height: row, transform: `translateY(${start}px)`}}
          >
            <Row {...props} at={shown[index]!} figures={figures} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Row({
  tree,
  choice,
  matches,
  folded,
  at,
  figures,
  onFold,
  onChange,
}: FileChoiceTreeProps & {at: number; figures: TreeFigures}) {
  const {path, name, depth, file} = tree.nodes[at]!
  const isFolder = file === -1
  const isIn = wanted(prioritiesAt(figures, at))
  const select = (on: boolean) =>
    onChange(withPriority(choice, filesBelow(tree, [at], matches), on ? 'normal' : 'skip'))
  return (
    <div
      className={joined('flex h-full items-center gap-2 pr-2.5', isIn === false && 'text-text-3')}
      style={{paddingLeft: 10 + depth * 20}}
    >
      <Checkbox label={path} hideLabel checked={isIn} onChange={select} />
      {isFolder ? (
        <button
          type="button"
          aria-expanded={!folded.has(path)}
          aria-label={text(folded.has(path) ? 'add.files.open' : 'add.files.fold', {name})}
          className="flex items-center gap-1 rounded-s focus-visible:shadow-focus pointer-coarse:min-h-11"
          onClick={() => onFold(path, !folded.has(path))}
        >
          <Icon
            icon={ChevronRight}
            size={14}
            className={joined('transition-transform', !folded.has(path) && 'rotate-90')}
          />
          <Icon icon={Folder} className="text-text-2" />
        </button>
      ) : (
        <Icon icon={File} className="text-text-3" />
      )}
      <MiddleText className="flex-1">{name}</MiddleText>
      {!isFolder && choice.get(file) === 'high' && (
        <span className="text-11 font-medium text-accent-strong">{text('add.files.is-first')}</span>
      )}
      <Quantity value={bytes(figures.size[at])} className="text-text-2" />
    </div>
  )
}
