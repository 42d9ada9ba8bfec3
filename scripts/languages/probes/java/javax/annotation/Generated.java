package javax.annotation;

/** Stands in for the one annotation that the generated client bears and that is not at hand. */
public @interface Generated {
  String value();

  String comments();
}
