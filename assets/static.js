/* A still part of a page (components/static.py): an element whose inside is markup. What the markup
   says is written by the server, which has escaped every text in it. */
"use strict";
window.lens_components = {
  Static: function (props) {
    return React.createElement(props.tag, {
      ...props.attributes,
      dangerouslySetInnerHTML: { __html: props.html },
    });
  },
};
