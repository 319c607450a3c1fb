/** The columns that head and rows of the list of servers share. */
export const rowGrid =
  'desk:grid desk:grid-cols-[20px_minmax(190px,1.25fr)_178px_120px_132px_132px_40px] desk:items-center desk:gap-x-5 desk:pr-3 desk:pl-2'
