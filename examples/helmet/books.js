// @ts-check
/** What is on the shelves. */

/**
 * @typedef {object} Book
 * @property {string} id its place in addresses and file names
 * @property {string} title as on the cover
 * @property {string} author who wrote it
 * @property {number} price in pounds
 * @property {string} about one sentence
 * @property {readonly string[]} reviews HTML as readers sent it: see below
 */

/**
 * Nobody cleaned the reviews before they were stored. This is the bug that a policy is the second
 * line against: what is in them must not run.
 *
 * @type {readonly Book[]}
 */
export const books = [
  {
    id: 'salt-roads',
    title: 'The Salt Roads North',
    author: 'Ailsa Renwick',
    price: 9,
    about: 'On foot from harbour to harbour, along the paths that the fish carts wore.',
    reviews: [
      'Slow in the best sense. I could smell the tar.',
      'Lovely book <script>document.documentElement.dataset.smuggledScript = "ran"</script>',
      'Read it twice <img src="/missing.png" alt="" onerror="document.documentElement.dataset.smuggledHandler = \'ran\'">',
      'The maps are good <img src="https://tracker.example/pixel.png" alt="">',
    ],
  },
  {
    id: 'lamp-room',
    title: 'Notes from the Lamp Room',
    author: 'Tomas Hale',
    price: 12,
    about: 'A keeper’s year in the last lighthouse that was lit by hand.',
    reviews: ['The chapter on fog alone is worth the price.'],
  },
  {
    id: 'low-water',
    title: 'Low Water',
    author: 'Ines Carrow',
    price: 7,
    about: 'Three sisters, one island, and the six hours in which it is none.',
    reviews: ['I missed my stop. Both ways.'],
  },
  {
    id: 'knots',
    title: 'Forty Knots and a Mistake',
    author: 'P. J. Oduya',
    price: 15,
    about: 'A manual that turned into a memoir somewhere around the bowline.',
    reviews: [],
  },
]
